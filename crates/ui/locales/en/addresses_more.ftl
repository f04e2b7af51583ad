# Redirections: where else mail goes.
more-redirections = Redirections
more-redirect-intro = Mail that arrives here is also sent on to these targets. An address of the same mail service gets it at once; anybody else is asked by mail first, and gets nothing before they agree.
more-redirect-none = No redirection yet
more-redirect-none-hint = Mail stays here. Type below where it shall go as well.
more-redirect-target = Email address
more-redirect-target-hint = To whom mail is sent on, such as name@example.org.
more-redirect-add = Add the redirection
more-redirect-state = State
more-redirect-active = active since { $day }
more-redirect-waiting = waits for an answer until { $day }
more-redirect-expired = not answered
more-redirect-made = { $name }, { $day }
more-redirect-code = Code
more-redirect-code-of = Code that { $target } has told you
more-redirect-confirm = Confirm
more-redirect-ask = Ask again
more-redirect-ask-of = Ask { $target } again
more-redirect-end = Remove
more-redirect-end-of = Remove the redirection to { $target }
more-redirect-copy-title = Copy
more-redirect-copy = Keep a copy of what is sent on
more-redirect-copy-hint = Without a copy the mail is only at its targets. While no target can take it, it is kept here all the same.
more-redirect-no-target = Type an e-mail address, such as name@example.org.
more-redirect-own = This is the address itself, or one of its aliases. Choose another target.
more-redirect-twice = There is a redirection to this target already.
more-redirect-many = The address has as many redirections as it can have. Remove one first.
more-redirect-loop = Mail would come back to this address: the target redirects here. Remove that redirection first, or choose another target.
more-redirect-no-address = The mail service has no such address. Check how it is spelt, or create it first.
more-redirect-login = Somebody else signs in with this address: only they decide where its mail goes.
more-redirect-asked = So many questions were sent today that no more can be. Try again tomorrow.
more-redirect-code-over = This code does not count any more. Ask the target again: a new one is sent.
more-redirect-code-wrong = This is not the code that was sent. Have it read to you once more; after five wrong ones it does not count any more.
more-redirect-deleted = This address is being deleted. Restore it from the bin of its mail service first.
more-redirect-may-not-title = You may not change redirections here
more-redirect-may-not = Your access to { $address } does not have the permission “Redirections”. Ask whoever manages the address to switch it on.
more-redirect-link = Redirections: where else mail goes
more-offer-title = Mail for you?
more-offer-heading = Shall mail to { $address } be sent on to you?
more-offer-intro = { $name } ({ $organization }) would like mail that arrives at { $address } to be sent on to { $target }.
more-offer-what = If you agree, you get all mail to that address from now on, until it is ended there. If you did not expect this question, say no, or do nothing.
more-offer-until = The question can be answered until { $day }.
more-offer-agree = Yes, send it on to me
more-offer-decline = No
more-offer-nothing-yet = So far nothing has changed.
more-offer-agreed-title = Agreed
more-offer-agreed = Mail to { $address } is sent on to { $target } from now on.
more-offer-declined-title = Declined
more-offer-declined = Nothing of { $address } is sent on to { $target }.
more-offer-dead-title = This link does not count any more
more-offer-dead = It was used, or withdrawn, or its time is over. Whoever asked you can send another one.
more-offer-login = Somebody signs in with that address meanwhile: only they decide where its mail goes.
manager-act-redirection-add = Added a redirection
manager-act-redirection-agree = Agreed to a redirection
manager-act-redirection-ask = Asked a target of a redirection again
manager-act-redirection-code = Confirmed a redirection by code
manager-act-redirection-decline = Declined a redirection
manager-act-redirection-keep = Keeps a copy of redirected mail
manager-act-redirection-pass = Keeps no copy of redirected mail
manager-act-redirection-remove = Removed a redirection
notice-redirection-asked-subject = Shall mail to { $address } be sent on to you?
notice-redirection-asked-body =
    { $inviter } ({ $organization }) would like mail that arrives at { $address } to be sent on to you.

    Open this link to agree, or to say no. Opening it changes nothing:

    { $link }

    Or tell { $inviter } this code: { $code }

    Both count once, until { $expires }. If you did not expect this question, do nothing: no mail is sent on.

# Domains that stand for others.
more-domain-is-alias = This domain stands for another one: create the address there.
more-domain-alias = Let it stand for another domain
more-domain-alias-change = Change
more-domain-alias-title = { $domain } as an alias domain
more-domain-alias-intro = Mail to any address of { $domain } then goes to the address of the same name in the domain that you choose. { $domain } itself can have no addresses meanwhile.
more-domain-alias-of = Domain that it stands for
more-domain-alias-none = None: it stands for itself
more-domain-stands-for = All addresses of { $domain } lead to those of { $other }.
more-domain-alias-addresses = This domain has email addresses or aliases of its own, perhaps in the bin. It can stand for another one only without any.
more-domain-alias-chain = One of the two domains is part of such a pair already. End that first.
more-domain-alias-login = Somebody signs in with an address of this domain: it cannot lead to somebody else’s.
more-domain-alias-unverified = Both domains have to be verified first.
more-domain-alias-same = A domain cannot stand for itself. Choose another one.
manager-act-domain-alias = Let a domain stand for another one
manager-act-domain-alias-end = Let a domain stand for itself again

# Several addresses from a file.
more-import = Create several addresses
more-import-intro = Send a file with one address a line, up to { $count }. It is checked whole first: nothing is created before you say so.
more-import-template = Download a template
more-import-no-domain = The mail service has no verified domain yet. Verify one first, on the page “Domains”.
more-import-file = CSV file
more-import-file-hint = The first line has the headings. Commas, semicolons and tabs between the cells are understood.
more-import-check = Check the file
more-import-check-hint = Checking creates nothing.
more-import-columns = Columns
more-import-column-local-part = What stands before the @. The only column that is needed.
more-import-column-display-name = The name shown with the address.
more-import-column-password = Leave it empty: people get access of their own, and passwords for programs are made by themselves.
more-import-column-redirect-to = Where mail goes as well: up to 20 addresses with spaces between. Those outside the mail service are asked first.
more-import-column-keep-copy = yes or no: whether a copy of redirected mail stays. Yes when it is empty.
more-import-column-user-email = Who gets access: a member at once, anybody else by invitation.
more-import-column-permissions = What the access allows: all, read, or names such as send folders rules. All when it is empty.
more-import-column-quota-mb = How much the address may hold, in megabytes.
more-import-last = Last files
more-import-waits = It waits for a yes for one day.
more-import-state-checked = { $count ->
    [one] The file is in order: one address can be created.
   *[other] The file is in order: { $count } addresses can be created.
}
more-import-state-running = { $made } of { $count } addresses are created.
more-import-state-done = { $count ->
    [one] Done: { $made } of one address was created.
   *[other] Done: { $made } of { $count } addresses were created.
}
more-import-state-stopped = Stopped: { $made } of { $count } addresses were created. Whoever began it may not create addresses any more.
more-import-start = { $count ->
    [one] Create { $count } address
   *[other] Create { $count } addresses
}
more-import-discard = Discard the file
more-import-progress = Progress: { $percent } %
more-import-leave = You can leave this page: the work goes on. Without scripts, reload it to see how far it is.
more-import-failures = What was not done
more-import-failed = Line { $line }, { $address }: { $what }
more-import-result = Download the result
more-import-line = Line
more-import-user = User
more-import-outcome = Outcome
more-import-outcome-waiting = not yet
more-import-outcome-made = created
more-import-outcome-redirected = redirected
more-import-read = Look at how the file was read
more-import-read-as = It is not in UTF-8 and was read as { $encoding }: check names with accents.
more-import-read-tab = Its cells are separated by tabs.
more-import-read-semicolon = Its cells are separated by semicolons.
more-import-too-large = The file is too large: it can have { $limit } at most. Split it.
more-import-not-text = This is not a text file. Save the table as CSV in UTF-8, and send that.
more-import-not-csv = The file cannot be read from line { $line } on: a quotation mark may be missing.
more-import-no-local-part = The first line has no heading local_part. Download the template to see the headings.
more-import-column-unknown = There is no column “{ $column }”. Download the template to see the headings.
more-import-column-twice = The column { $column } stands there twice.
more-import-empty = The file has no addresses.
more-import-too-many = The file has more than { $count } addresses. Split it.
more-import-domain = The mail service has no such verified domain.
more-import-files = As many files wait as can. Create or discard one first.
more-import-faults = { $count ->
    [one] The file has a fault. Nothing was created: mend it and send the file again.
   *[other] The file has { $count } faults. Nothing was created: mend them and send the file again.
}
more-import-fault = Line { $line }, { $column }: { $what }
more-fault-cells = The line has more cells than there are headings.
more-fault-missing = The name is missing.
more-fault-whole = Write only what stands before the @.
more-fault-bad-name = This cannot be the name of an address.
more-fault-reserved = This name is reserved.
more-fault-twice = Line { $line } says the same name already.
more-fault-taken = This address exists already.
more-fault-in-bin = This address is in the bin. Restore it there, or choose another name.
more-fault-login = Somebody signs in with this address, or with a variant of it.
more-fault-formula = A spreadsheet would calculate this. Begin it with a letter.
more-fault-display-name = This cannot be shown as a name.
more-fault-password = Passwords are not set by a file. Leave the cell empty.
more-fault-address = This is not an e-mail address.
more-fault-targets = There are too many targets.
more-fault-own = The address would redirect to itself.
more-fault-loop = Mail would come back to this address over other lines.
more-fault-no-target = The mail service has no such address, and the file creates none.
more-fault-yes-no = Write yes or no.
more-fault-copy = Without a redirection, a copy is all there is. Write yes, or leave the cell empty.
more-fault-permissions = This is none of the permissions. Write all, read, or their names.
more-fault-nobody = There is nobody who would have these permissions. Fill in user_email.
more-fault-quota = Write a whole number of megabytes, 1 or more.
manager-act-address-import = Created addresses from a file

# The list of addresses, and changing many of them.
more-list-having = Only those
more-list-any = All
more-list-having-alias = with an alias
more-list-having-redirection = with a redirection
more-list-having-auto-reply = with an active auto-reply
more-list-having-devices = with device passwords
more-list-having-shared = with several users
more-list-having-unused = without any user
more-list-order = Order
more-list-order-name = by name
more-list-order-newest = the newest first
more-list-order-fullest = the fullest first
more-bulk-column = Choose
more-bulk-tick = Choose { $address }
more-bulk-act = With these addresses
more-bulk-ticked = Go on with the ticked ones
more-bulk-all = Go on with all that are found
more-bulk-permissions = Set permissions
more-bulk-redirections = Remove redirections
more-bulk-delete = Delete the email addresses
more-bulk-permissions-intro = { $count ->
    [one] Every user’s own access to this address allows exactly this from now on. What teams give stays.
   *[other] Every user’s own access to these { $count } addresses allows exactly this from now on. What teams give stays.
}
more-bulk-redirections-intro = { $count ->
    [one] Mail of this address is not sent on any more, and a copy is kept.
   *[other] Mail of these { $count } addresses is not sent on any more, and a copy is kept.
}
more-bulk-delete-intro = { $count ->
    [one] This address goes into the bin for 30 days. Mail to it is refused, and nobody can open it.
   *[other] These { $count } addresses go into the bin for 30 days. Mail to them is refused, and nobody can open them.
}
more-bulk-delete-tick = { $count ->
    [one] I understand that mail to this address is refused from now on.
   *[other] I understand that mail to these { $count } addresses is refused from now on.
}
more-bulk-tick-missing = Tick the box if you want to delete the addresses.
more-bulk-nothing = No address is chosen. Tick some in the list first.
more-bulk-back = Back to the list
more-bulk-more = and { $count } more
more-bulk-too-many = These are more than { $count } addresses. Search or filter the list first.
more-bulk-state-running = { $made } of { $count } addresses are changed.
more-bulk-state-done = { $count ->
    [one] Done: { $made } of one address was changed.
   *[other] Done: { $made } of { $count } addresses were changed.
}
more-bulk-state-stopped = Stopped: { $made } of { $count } addresses were changed. Whoever began it may not change addresses any more.
more-bulk-gone = The address is not there any more, or in the bin.
more-import-outcome-changed = changed
manager-act-address-many-delete = Deleted many email addresses
manager-act-address-many-permissions = Set permissions of many addresses
manager-act-address-many-redirections = Removed redirections of many addresses
