# Accesses that end or have hours, their review, and explanations.

# The mails before an access ends by itself.
notice-access-ending-subject = Your access to { $address } ends soon
notice-access-ending-body =
    Your access to { $address }, an address of { $organization }, ends on { $at }.

    From then on the address is no longer in your Mail app, and programs that use it are signed out. If you need it for longer, ask whoever manages the address.
notice-access-ending-of-subject = The access of { $name } to { $address } ends soon
notice-access-ending-of-body =
    The access of { $name } to { $address }, an address of { $organization }, ends on { $at }.

    You gave this access. If it is needed for longer, change its end on the page of the address in the Manager.

# The activity log.
sharing-act-access-end = An access ended by itself
sharing-act-access-limits = Changed when an access holds
sharing-act-access-disconnect = Disconnected devices

# Somebody and an address.
sharing-can = What they can do
sharing-can-now = Now
sharing-why = Why
sharing-yes = yes
sharing-no = no
sharing-through-own = their own access
sharing-through-team = the team { $team }
sharing-because-closed = The address is in the bin or closed: nobody opens it.
sharing-because-no-access = They have no access, neither their own nor through a team.
sharing-because-not-now = Their access has ended, or it is outside of its hours.
sharing-because-off = Switched off in every access that they have.
sharing-manages = They manage this mail service, and so who has access. That alone lets nobody read mail.
sharing-manages-not = They do not manage this mail service: they cannot give or take access.
sharing-holds = When the access holds
sharing-ends = Last day
sharing-ends-hint = The access ends with this day. Without one it does not end by itself. The user and whoever gave the access are told 7 days and 1 day before.
sharing-end-in-past = This day is over. Choose a later one, or remove the access.
sharing-end-no-day = This is not a day of the calendar. Write it as 2026-12-31.
sharing-hours = Weekly hours
sharing-hours-in-zone = Without a day, the access holds at any time. Times are those of { $zone }.
sharing-hours-from = From
sharing-hours-to = To
sharing-hours-hint = As 08:30; 24:00 is the end of the day.
sharing-hours-no-day = Choose at least one day, or leave both times empty.
sharing-hours-time = Write both times as 08:30.
sharing-hours-empty = The hours end when they begin. Choose another end.
sharing-hours-zone = Your time zone is not known here. Choose another one in your account.
sharing-day-0 = Monday
sharing-day-1 = Tuesday
sharing-day-2 = Wednesday
sharing-day-3 = Thursday
sharing-day-4 = Friday
sharing-day-5 = Saturday
sharing-day-6 = Sunday
sharing-no-devices = They have no device passwords for this address.
sharing-disconnect = Disconnect devices only
sharing-disconnect-hint = What programs have open is closed at once. The access and what is open in the Mail app stay.
sharing-revoke-too = Revoke the device passwords as well: the devices cannot connect again
sharing-revoked = Device password revoked: { $name }
sharing-disconnected = The devices are disconnected. What was closed:
sharing-disconnected-nothing = Nothing was open.
sharing-left = Through teams they would keep: { $permissions }.
sharing-left-nothing = Nothing would be left: they could not open the address any more.
sharing-explain = Who can do what, and why
sharing-explain-intro = Choose somebody to see what they can do with { $address }, and through which access or team.
sharing-explain-search = Name or address
sharing-explain-find = Search
sharing-with-access = With an access of their own
sharing-without-access = Other members
sharing-nobody-found = Nobody was found.
sharing-more = There are more: search for a name.
sharing-more-users = More users
sharing-candidates-cut = Only the first { $count } members are listed. Search for a part of a name or address.

# The review of all accesses of a mail service.
sharing-review = Accesses
sharing-review-intro = Everybody who opens an address of this mail service, and through what. Look through the list now and then, and remove what nobody needs any more.
sharing-review-search = User or address
sharing-review-show = Show
sharing-review-all = All accesses
sharing-review-ending = Those with an end
sharing-review-teams = Those through teams
sharing-review-unused = Those without a sign of use for 90 days
sharing-review-chosen = Chosen
sharing-review-choose = { $name }, { $address }
sharing-review-address = Address
sharing-review-through = Through
sharing-review-used = Last use
sharing-review-device = By a program on { $day }
sharing-review-seen = Signed in on { $day }
sharing-review-never = never seen
sharing-review-no-end = at any time
sharing-review-remove = Remove the chosen accesses
sharing-review-removed = { $count ->
    [0] Nothing was removed: these accesses were gone already.
    [one] One access was removed.
   *[other] { $count } accesses were removed.
}
sharing-review-none = No access was found
sharing-review-none-hint = Search for something else, or show all accesses.
sharing-review-next = Next page

# What would be lost with a team.
sharing-losses = What would be lost with this team
sharing-losses-intro = If the team { $team } were deleted, these users would lose what they have through it alone. Nothing is changed by looking.
sharing-losses-lost = Would lose
sharing-losses-all = the whole access, with its device passwords
sharing-losses-none = Nobody would lose anything.
sharing-losses-see = See who would lose what

# What a user chooses about an address.
sharing-own = This address in your Mail app
sharing-own-intro = Detaching an address takes it out of your Mail app. Your access stays, and so do programs that use it; nobody else notices.
sharing-detach = Detach from my Mail app
sharing-detached = Detached addresses
sharing-attach = Bring back
sharing-attach-named = Bring { $address } back
sharing-primary = Open the Mail app with this address
sharing-is-primary = Your Mail app opens with this address.

# Several people and several addresses at once.
sharing-many = Share several addresses
sharing-many-intro = Choose addresses and members of the organization. Each gets all of the chosen addresses at once, with the permissions that you choose for them; who has access already gets these permissions instead. Anybody else is invited on the page of an address.
sharing-many-search = Part of an address
sharing-many-addresses = Addresses
sharing-many-no-address = No address was found that can be shared.
sharing-many-share = Share the addresses
sharing-many-one = { $address }: { $why }
sharing-many-nothing = Choose at least one address and one user.
sharing-many-too-many = These are too many at once. Choose fewer addresses or fewer users.
sharing-given-nothing = No change
sharing-given-send = Read and send
sharing-given-read = Read and file only
sharing-given-work = Read, send, devices, folders, signatures, auto-replies
sharing-given-all = All permissions
