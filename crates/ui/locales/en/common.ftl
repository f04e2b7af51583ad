common-copy = Copy
common-copied = Copied
common-cancel = Cancel
common-save = Save
common-next = Continue
common-back = Back
common-close = Close
common-delete = Delete
common-offline = The server cannot be reached. What you see may be out of date.
common-failed = That did not work. Try it again.
common-skip = Skip to the content
common-places = Places
common-theme = Light or dark
common-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
common-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
common-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
place-mail = Mail
place-manager = Manager
place-account = My account
account-menu = Account menu
account-sign-out = Sign out

form-error-summary = Something needs your attention

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

permission-legend = Permissions
permission-reading = Whoever has access can read, file and delete mail. Each switch allows one thing more.
permission-all-on = All on
permission-all-off = All off
permission-is-on = on
permission-is-off = off
permission-of = { $permission } ({ $whose })
permission-read = Read and file mail
permission-devices = Devices
permission-devices-hint = use the address in other programs, with device passwords
permission-auto-replies = Auto-replies
permission-auto-replies-hint = set automatic answers
permission-signatures = Signatures
permission-signatures-hint = change signatures, sender names and reply addresses
permission-redirections = Redirections
permission-redirections-hint = forward mail to other addresses
permission-aliases = Aliases
permission-aliases-hint = change the variants of the address
permission-history = History
permission-history-hint = see who did what, and the mail log
permission-restorations = Restorations
permission-restorations-hint = see and restore deleted mail
permission-filters = Filters
permission-filters-hint = change spam and promotion filters
permission-rules = Rules
permission-rules-hint = change sorting rules
permission-folders = Folders
permission-folders-hint = create, rename and delete folders
permission-security = Security
permission-security-hint = block and approve senders
permission-send = Send
permission-send-hint = send mail from the address

proof-title = Confirm that it is you
proof-intro = This is a sensitive change. Type the password of your own account to go on; nothing you filled in is lost.
proof-password = Your password
proof-confirm = Confirm
proof-wrong = This is not your password.
proof-throttled = Too many attempts. Try again in { $wait }.

fault-not-found-title = There is nothing here
fault-not-found = This page does not exist, or it is not for you.
fault-not-found-hint = Check the address, or start again from the beginning.
fault-unavailable-title = Not available just now
fault-unavailable = The server cannot reach its data. Nothing was lost; try again in a moment.
fault-internal-title = Something went wrong here
fault-internal = The fault is ours, and it has been written down. Try again in a moment.
fault-forged-title = This form is too old
fault-forged = The page was open for too long, or the request came from elsewhere. Go back, reload the page, and send it again.
fault-too-large-title = That is too large
fault-too-large = What you sent is larger than this server takes.
fault-home = To the beginning
