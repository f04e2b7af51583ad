# Who changed what of an address.
history-title = History
history-intro = Who changed what of this address: its accesses, device passwords and settings, and what was restored.
history-search = Search a person
history-none = Nothing found
history-none-hint = Nothing of this address was changed, or nobody of that name changed it.
history-when = When
history-who = Who
history-what = What
