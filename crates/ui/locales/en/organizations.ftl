organizations-steps = Steps
organizations-step-kind = Who they are
organizations-step-rights = Role and rights
organizations-step-access = What they open
organizations-step-person = Invitation
organizations-next = Next
organizations-kind = Who is to be added?
organizations-kind-missing = Choose one of the two.
organizations-kind-member = Part of the organization
organizations-kind-member-hint = A legal representative, an administrator or a collaborator.
organizations-kind-external = External user
organizations-kind-external-hint = Opens the addresses that you choose, and does not become a member.
organizations-notices = What they are told
organizations-notice-billing-mail = Billing reminders by e-mail
organizations-notice-billing-sms = Billing reminders by SMS
organizations-notice-product-mail = Events of the products by e-mail
organizations-notices-only-owner = The only legal representative always gets these reminders.
organizations-no-gateway = SMS cannot be sent: this server has no gateway for them. Whoever runs the server can set one up.
organizations-notices-own = What you are told
organizations-notices-own-of = What { $organization } tells you
organizations-products = Mail services
organizations-products-hint = A collaborator may look after the mail services that you choose, and no others.
organizations-products-none = The organization has no mail service yet.
organizations-right-none = No right
organizations-right-consult = Consult
organizations-right-manage = Manage
organizations-billing-right = May see plans and invoices
organizations-on = Yes
organizations-off = No
organizations-role-and-rights = Role and rights
organizations-first-name = First name
organizations-last-name = Last name
organizations-phone = Phone, for an SMS
organizations-phone-hint = In international form, as +41 44 668 18 00. With a number the link is sent by SMS as well.
organizations-phone-bad = This is no phone number in international form. It begins with + and the code of the country.
organizations-send-sms-title = Send by SMS
organizations-send-sms = Send the SMS
organizations-texted-to = An SMS was sent to { $phone }.
organizations-sms-too-many = Too many SMS were sent. Hand the link over in another way, or wait until tomorrow.
organizations-sms-invitation = { $organization } invites you: { $link }
organizations-changed = Somebody else changed this meanwhile
organizations-changed-hint = Nothing of yours was saved. The form holds what you typed: save again to let it count, or open the page anew to keep what there is now.
organizations-changed-what = What
organizations-changed-now = Now
organizations-changed-yours = Yours
organizations-consult-only = You may look at this mail service, and change nothing. Ask an administrator of the organization for the right to manage it.
organizations-act-member-rights = Changed rights
organizations-act-member-notices = Changed what they are told
organizations-act-place-text = Sent an invitation into the organization by SMS
organizations-act-invitation-text = Sent an invitation by SMS
notice-rights-changed-subject = Your rights in { $organization } have changed
notice-rights-changed-body =
    { $actor } changed what you may do in { $organization }. You see it in the Manager.
organizations-postal-address = Postal address
organizations-phone-own = Phone
organizations-phone-own-hint = In international form, as +41 44 668 18 00.
organizations-delete = Delete the organization
organizations-delete-hint = Only an empty organization can be deleted: one without mail services, teams and other members.
organizations-delete-intro = { $organization } is deleted for good. Its activity log stays with the server.
organizations-remains = What is still there
organizations-remains-service = The mail service { $name }. Delete its addresses, or move it to another organization.
organizations-remains-members = { $count ->
    [one] One other member.
   *[other] { $count } other members.
}
organizations-remains-teams = { $count ->
    [one] One team.
   *[other] { $count } teams.
}
organizations-remains-invitations = { $count ->
    [one] One invitation that waits.
   *[other] { $count } invitations that wait.
}
organizations-not-empty = The organization is not empty. End what is listed above first.
organizations-transfer = Move to another organization
organizations-transfer-intro = Whoever opens the link, and is a legal representative or administrator of another organization, can take { $service } over into it. Mail keeps coming and going meanwhile.
organizations-transfer-keeps = Everybody keeps their accesses and device passwords; nothing that is open is closed.
organizations-transfer-teams = Teams stay here. What somebody opens through a team they open as an access of their own after the move.
organizations-transfer-ends = Rights of collaborators on this mail service and invitations to its addresses that wait end with the move.
organizations-transfer-externals = Whoever opens an address and is no member of the organization becomes an external user of it.
organizations-transfer-waits = The offer waits until { $moment }.
organizations-transfer-link = Link of the offer
organizations-transfer-once = The link is shown once, and counts once. Give it only to whoever is to have the mail service.
organizations-transfer-offer = Make the link
organizations-transfer-anew = Make a new link instead
organizations-transfer-withdraw = Withdraw the offer
organizations-transfer-take = Take over the mail service
organizations-transfer-offered = { $organization } offers you the mail service { $service }.
organizations-transfer-whose = Which organization takes it over
organizations-transfer-whose-missing = Choose an organization.
organizations-transfer-nobody = You are neither legal representative nor administrator of another organization. Create one first, and open the link again.
organizations-transfer-too-many = The organization has as many mail services as it can have.
organizations-transfer-gone = This link leads nowhere
organizations-transfer-gone-hint = It was used or withdrawn, or its time is over. Ask whoever gave it to you for a new one.
organizations-act-change = Changed the organization’s record
organizations-act-delete = Deleted the organization
organizations-act-service-offer = Offered a mail service to another organization
organizations-act-service-withdraw = Withdrew the offer of a mail service
organizations-act-service-give = Gave a mail service to another organization
organizations-act-service-take = Took a mail service over
notice-service-moved-subject = The mail service { $what } has moved
notice-service-moved-body =
    { $actor } moved the mail service { $what }. You are told as somebody of { $organization }. Mail, accesses and device passwords are as before.
organizations-outside = Where you are an external user
organizations-outside-hint = You open some addresses of these organizations, and are no member of them.
organizations-move = Move
