# Mails about the safety of an account or an address.
notice-codes-refused-subject = Wrong codes for your account
notice-codes-refused-body =
    Somebody gave your right password, and then several wrong codes:

        { $browser }
        { $ip }

    They were not let in. If it was you, you need do nothing: sign in again, or use a recovery code. If it was not, somebody knows your password: change it.

    { $link }
notice-second-factor-set-subject = Your second factor was changed
notice-second-factor-set-body =
    From now on, signing in to your account asks for a code of the authenticator app that was just set up. Recovery codes from before do not count any more, and your other sessions have ended.

    If it was you, you need do nothing. If it was not, change your password at once, and tell whoever runs the server:

    { $link }
notice-access-taken-subject = { $actor } now opens { $what }
notice-access-taken-body =
    { $actor } manages the addresses of { $organization }, and took access to { $what } for themselves. They read its mail from now on.

    You are told because you open this address as well. If you did not expect it, ask { $actor }, or another legal representative or administrator of { $organization }.

# What one did oneself.
account-did-second-factor-refused = Gave wrong codes at sign-in
account-did-second-factor-set = Changed the second factor

# Taking a domain away.
safety-domain-remove = Remove { $domain }
safety-domain-remove-hint = A domain without addresses can be removed. Its signing keys go with it; it can be added again, with new records.
safety-domain-used = This domain is in use: there are addresses or aliases at it (also in the bin), it stands for another domain, or another stands for it. Take those away first.
manager-act-domain-remove = Removed a domain
manager-act-domain-lapse = A domain that was not verified for a week was let go
