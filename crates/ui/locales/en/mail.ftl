mail-addresses-and-folders = Addresses and folders
mail-folders = Folders
mail-messages = Messages
mail-message = Message
mail-write = Write
mail-settings = Settings
mail-settings-of = Settings of { $address }
mail-unread-count = { $count ->
    [one] { $count } unread message
   *[other] { $count } unread messages
}
mail-folder-inbox = Inbox
mail-folder-drafts = Drafts
mail-folder-sent = Sent
mail-folder-junk = Junk
mail-folder-trash = Trash
mail-folder-archive = Archive

mail-no-address = You have no email address yet
mail-no-address-hint = Create one in the Manager, or ask whoever manages an address to give you access. It appears here at once, without reloading.
mail-open-manager = Open the Manager

mail-search = Search
mail-search-again = Search again
mail-search-ends = Back to the folder
mail-everywhere = In all folders but Junk and Trash
mail-nothing-found = Nothing found
mail-nothing-found-hint = Try fewer words, the beginning of a word, or all folders.
mail-folder-empty = Nothing here
mail-folder-empty-hint = New messages appear here by themselves.
mail-none-open = No message is open
mail-older = Older messages
mail-today = Today
mail-yesterday = Yesterday
mail-unread = Unread:
mail-answered = Answered
mail-has-attachment = Attachment
mail-starred = Starred
mail-no-subject = (no subject)
mail-nobody = Nobody named
mail-to-whom = To: { $who }
mail-to-nobody = To nobody yet
mail-more-people = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
mail-bytes = { $count ->
    [one] { $count } byte
   *[other] { $count } bytes
}
mail-kilobytes = { $size } KB
mail-megabytes = { $whole }.{ $tenth } MB

mail-back-to-list = Back to the list
mail-from = From
mail-reply-to = Answers to
mail-to = To
mail-cc = Cc
mail-bcc = Bcc
mail-date = Date
mail-subject = Subject
mail-text = Text
mail-attachments = Attachments
mail-message-text = Text of the message
mail-images-blocked = Pictures that would be fetched from elsewhere are not shown: fetching them would tell the sender that you read this.
mail-cut = This message is too long to be shown whole. Save it to read all of it.
mail-source = Source
mail-eml = Save the message
mail-gone = This message is not here any more
mail-gone-hint = Somebody moved or deleted it. Search for it, or look in Archive and Trash.

mail-reply = Reply
mail-reply-all = Reply all
mail-forward = Forward
mail-star = Star
mail-unstar = Remove the star
mail-mark-unread = Mark as unread
mail-mark-read = Mark as read
mail-archive = Archive
mail-junk = Junk
mail-not-junk = Not junk
mail-to-inbox = Move to the inbox
mail-delete = Delete
mail-delete-for-good = Delete for good
mail-sure = “{ $subject }” will be gone from all folders, for everybody who has access to this address. For 30 days it can be restored in the settings of the address; then it is destroyed.
mail-undo = Undo

mail-done-sent = Sent.
mail-done-drafted = The draft is saved.
mail-done-archived = The message was archived.
mail-done-junked = The message was moved to Junk.
mail-done-moved = The message was moved to the inbox.
mail-done-deleted = The message was moved to Trash.
mail-done-destroyed = The message was deleted for good.
mail-done-unread = The message is marked as unread.
mail-done-undone = Undone: the message is back.
mail-done-gone = The message lies elsewhere by now: somebody else moved or deleted it.

mail-no-sending = Sending from { $address } is switched off for you. Ask whoever manages the address to switch on “Send”.
mail-no-sending-hint = You can go on reading and filing its messages.

mail-title-new = New message
mail-title-answer = Reply
mail-title-forward = Forward
mail-title-draft = Draft
mail-send = Send
mail-save-draft = Save the draft
mail-carried = Already attached
mail-quote-opening = On { $date }, { $name } wrote:
mail-forward-opening = ---------- Forwarded message ----------

mail-fault-address = “{ $address }” is not an email address. Write it as name@example.com, and put commas between several.
mail-fault-too-many-today = With this message, the address would have written to more than { $count } people within 24 hours. Try again later, or write to fewer people.
mail-fault-too-many = { $count ->
    [one] A message can have { $count } recipient at most.
   *[other] A message can have { $count } recipients at most. Send it in several parts.
}
mail-fault-too-long = This list of recipients is too long. Send the message in several parts.
mail-fault-no-recipient = Say whom the message is for: fill in To, Cc or Bcc.
mail-fault-from-gone = This address cannot be sent from any more. Choose another one.
mail-fault-too-large = The message is too large: with its attachments it can have { $limit } at most, and attachments grow by a third when they are sent. Take some out.
mail-fault-full = The mailbox is full, and no copy could be kept. Nothing was sent. Delete something, or ask whoever manages the address for more room.
mail-fault-later = The server cannot take the message just now. Nothing was sent, and what you wrote is still here. Try again in a moment.
mail-fault-files-again = The files you chose could not be kept. Choose them again.
mail-fault-attachment-gone = One of the attachments is not there any more. Take out its tick, or attach the file anew.

mail-signed-out = You are signed out
mail-signed-out-hint = Your session has ended, so the mail that was shown here was put away. Sign in to go on.
mail-sign-in = Sign in
mail-access-removed = You no longer have access to { $address }
mail-access-removed-unnamed = You no longer have access to this address
mail-access-removed-hint = Your access was taken away, or it does not hold at this time, and the mail that was shown here was put away. Ask whoever manages the address if this is a mistake.
mail-other-addresses = To my other addresses

mail-back-to-mail = Back to the mail
mail-people = People
mail-people-intro = Several people can open this address, each with an account of their own. No password is handed over.
mail-invite = Invite a user
mail-invite-not-yours = Only a legal representative or administrator of the organization of { $address } can invite others. Ask one of them.
mail-invite-login = Somebody signs in with { $address }: such an address cannot be shared. Its user must choose another address to sign in with first.
mail-devices = Devices
mail-devices-intro = To use this address in another program, on a phone for example, create a device password for it: one for each program. It opens this address only, and ends with your access.
mail-no-devices = You have no device passwords for this address.
mail-no-devices-allowed = Device passwords for { $address } are switched off for you. Ask whoever manages the address to switch on “Devices”.
mail-device-name = Name of the device
mail-device-name-hint = So that you know it again: “Phone”, “Thunderbird at work”.
mail-device-add = Create a device password
mail-device-fault-name = Give the device a name, so that you know it again in this list.
mail-device-fault-many = You have as many device passwords as one can have for an address. Revoke one that you do not use any more.
mail-device-secret = Device password
mail-device-secret-once = Type this into the program now: it is shown only this once.
mail-device-user = User name
mail-device-incoming = Incoming mail (IMAP)
mail-device-outgoing = Outgoing mail (SMTP)
mail-device-used = Last used on { $when }
mail-device-used-from = Last used on { $when } from { $from }
mail-device-unused = Not used yet
mail-device-made = created on { $when }
mail-device-revoke = Revoke
mail-device-revoke-named = Revoke { $name }
mail-device-revoked = The device password is revoked. Whatever was open through it is closed.
