# Deleting addresses, and the bin of a mail service.
addresses-being-deleted = This address is being deleted: nobody can be added. Restore it from the bin of its mail service first.
addresses-in-bin = This address is in the bin. Restore it there, or choose another name.
addresses-delete = Delete the email address
addresses-delete-hint = It goes into the bin for 30 days, from where it can be restored whole.
addresses-delete-title = Delete { $address }
addresses-delete-intro = Mail to { $address } will be refused from now on, and nobody can open it any more. What is open is closed within a second.
addresses-delete-keeps = For 30 days the address lies in the bin with its mail and accesses, and can be restored. Then it is destroyed for good. Device passwords and invitations do not come back.
addresses-delete-users = Who loses access
addresses-delete-others = { $count ->
    [one] One other user who has access through a team.
   *[other] { $count } other users who have access through a team.
}
addresses-delete-no-users = Nobody has access.
addresses-delete-mail = What goes
addresses-delete-messages = { $count ->
    [one] { $count } message, { $size }
   *[other] { $count } messages, { $size }
}
addresses-delete-invitations = { $count ->
    [one] { $count } invitation that waits
   *[other] { $count } invitations that wait
}
addresses-delete-tick = I understand that mail to { $address } is refused from now on.
addresses-delete-tick-missing = Tick the box if you want to delete the address.
addresses-deleted = Address deleted
addresses-deleted-said = { $address } is in the bin.
addresses-deleted-already = This address is in the bin already.
addresses-device-of = { $device } ({ $user })
addresses-bin = Bin
addresses-bin-intro = Deleted addresses lie here for 30 days. Mail to them is refused. A restored address has its mail and accesses again, without device passwords and invitations.
addresses-bin-empty = The bin is empty
addresses-bin-empty-hint = An address is deleted on its page “General”.
addresses-bin-deleted = Deleted
addresses-bin-destroyed = Destroyed on
addresses-bin-to = To the bin
addresses-restore = Restore

manager-act-address-delete = Deleted an email address
manager-act-address-destroy = Destroyed an email address
manager-act-address-restore = Restored an email address

# The domains of a mail service.
domains-add = Add a domain
domains-too-many = The mail service has as many domains as it can have.
domains-check = Check
domains-check-again = Check again
domains-checked = The DNS was asked on { $moment }. Changes there can take hours until they are seen.
domains-not-checked = The DNS was not asked yet.
domains-found = Found in the DNS:
domains-right = found
domains-wrong = something else is there
domains-missing = not found
domains-unanswered = the DNS did not answer
domains-attention = DNS needs attention
domains-record-next = with what its mail will be signed next (DKIM)
domains-keys-renew = Make new signing keys
domains-keys-hint = New keys sign once their records are found in the DNS. Until then the present ones sign.
domains-keys-wait = New keys wait: add the records marked as next to the DNS, then check again. The records of the keys before may be removed a week after the change.

manager-act-domain-add = Added a domain
manager-act-domain-keys = Made new signing keys
manager-act-domain-keys-switch = Signs with the new keys
manager-act-domain-verify = Verified a domain

# The mail to a member who was given access to a new address.
notice-access-given-subject = You have access to { $what }
notice-access-given-body =
    { $actor } gave you access to { $what }, an address of { $organization }.

    It is in your Mail app now: you find it in the list of addresses there.

# Making an address for others.
addresses-for-another = For another user
addresses-for-another-hint = A member of the organization has it at once; anybody else is sent an invitation.
addresses-for-several = For multiple users
addresses-for-several-hint = Members, teams and others, each with permissions of their own.
addresses-users-intro = Members and teams have the address at once, and members are told by mail. Anybody else is sent an invitation.
addresses-users-line = User { $number }
addresses-users-line-fault = User { $number }: { $words }
addresses-users-nobody = Choose
addresses-users-outsider = Somebody outside, by e-mail
addresses-users-teams = Teams
addresses-users-mail = E-mail address of somebody outside
addresses-users-mail-hint = Only if you chose somebody outside: the invitation is sent there.
addresses-users-account = Their account
addresses-users-account-any = with an address of their choice
addresses-users-account-this = with this address
addresses-users-more = More users
addresses-users-none = Choose at least one user.
addresses-users-twice = This user stands here twice. Keep one.

# Aliases of an address.
addresses-aliases = Aliases
addresses-aliases-intro = Mail to an alias comes into this address, and can be sent from it. So is mail to { $example }, whatever stands after the plus, without anything to set up.
addresses-aliases-none = There is no alias
addresses-aliases-none-hint = Add one below, for example another spelling of the name.
addresses-alias = Alias
addresses-alias-add = Add the alias
addresses-alias-remove = Remove
addresses-alias-since = Since
addresses-alias-many = The address has as many aliases as it can have.
addresses-alias-login = Somebody signs in with this address or with a variant of it, so it cannot be an alias: whoever reads its mail could take over that account.
addresses-alias-look = This name has letters that can look like others, such as a Cyrillic а like a Latin a. Use it only if it is meant, and tick the box below.
addresses-alias-sure = The letters are meant as they are.

manager-act-alias-add = Added an alias
manager-act-alias-remove = Removed an alias
