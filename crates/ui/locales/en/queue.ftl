# Mail on its way out of the addresses of a mail service.
queue-title = On its way out
queue-intro = Mail from these addresses that has not reached everybody yet. It is tried for five days, then its sender gets it back. What it says is not shown.
queue-none = Nothing is on its way
queue-none-hint = Mail stands here while another server does not take it, or while it has just been sent.
queue-from = From
queue-to = To
queue-accepted = Sent
queue-nobody = The server
queue-state-new = Not tried yet
queue-state-waiting = { $count ->
    [one] Tried once, next on { $next }
   *[other] Tried { $count } times, next on { $next }
 }
queue-state-cancelled = Given up; the sender is being told
queue-more = { $count ->
    [one] and one more
   *[other] and { $count } more
 }
queue-settled = { $count ->
    [one] One other recipient is settled
   *[other] { $count } other recipients are settled
 }
queue-retry = Try again now
queue-retry-label = Try again now: from { $from } to { $to }
queue-cancel = Give up
queue-cancel-label = Give up: from { $from } to { $to }
queue-next = Later mail
queue-retried = The mail is tried again at once.
queue-cancelled = The mail is given up. Its sender gets a report.
queue-busy = This mail is being sent just now. Look again in a moment.
queue-act-retry = Had a mail tried again
queue-act-cancel = Gave up a mail on its way out
