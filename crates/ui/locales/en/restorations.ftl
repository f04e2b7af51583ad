# Deleted mail, and the way back.
restorations-title = Restorations
restorations-intro = What was deleted from the folders or from Trash can be restored for 30 days. It goes back to the folder that it came from, marked as it was. After 30 days it is destroyed.
restorations-no-access = Deleted mail is mail: your role manages this address, and shows nothing of what is in it. Whoever has access with the permission “Restorations” sees it here.
restorations-search = Search subject or sender
restorations-search-button = Search
restorations-none = Nothing to restore
restorations-none-hint = Nothing was deleted in the last 30 days.
restorations-none-found = Nothing found
restorations-none-found-hint = No deleted message has these words in its subject or sender.
restorations-chosen = Chosen
restorations-subject = Subject
restorations-no-subject = (no subject)
restorations-sender = Sender
restorations-folder = Folder
restorations-deleted = Deleted
restorations-somebody = somebody whose account is no more
restorations-with = { $name }, with { $device }
restorations-choose = Choose “{ $subject }”
restorations-restore = Restore
restorations-restore-one = Restore “{ $subject }”
restorations-restore-day = Restore everything of { $day }
restorations-restore-ticked = Restore what is ticked
restorations-done = { $count ->
    [0] Nothing was restored: nothing was ticked, or it was restored already, or its time is over.
    [one] { $count } message was restored.
   *[other] { $count } messages were restored.
}
restorations-full = The others do not fit: the mailbox is full. Make room, and restore them then.
restorations-more = There are more: restore again to go on.
restorations-act-restore = Restored deleted messages
