notice-sender = Postroom
notice-sign-up-code-subject = { $code } is your code for Postroom
notice-sign-up-code-body =
    Type this code on the page where you are signing up:

        { $code }

    It counts for a day. If you did not sign up, somebody mistyped their address: you need do nothing.
notice-account-exists-subject = You have an account already
notice-account-exists-body =
    Somebody, probably you, wanted to sign up with this address. There is an account with it already. Sign in here:

    { $link }

    If it was not you, you need do nothing: nothing was changed.
notice-address-shared-subject = Nobody can sign in with this address
notice-address-shared-body =
    Somebody wanted to sign in with this address, or to recover an account through it. Several people open it, or may come to, so neither is possible.

    If it was you, begin again with an address that is yours alone. If not, you need do nothing: nothing was changed.
notice-invitation-subject = { $inviter } invites you to { $address }
notice-invitation-body =
    { $inviter } ({ $organization }) gives you access to the email address { $address }.

    Open this link to see what you may do with it, and to accept. Opening it changes nothing:

    { $link }

    The link counts once, until { $expires }. You sign in with an account of your own; nobody will ask you for the password of { $address }.
notice-password-reset-subject = Choose a new password
notice-password-reset-body =
    Somebody, probably you, forgot the password of your account. Open this link to choose a new one. Opening it changes nothing:

    { $link }

    The link counts once, for an hour. If it was not you, you need do nothing: your password stays as it is.
notice-password-changed-subject = Your password was changed
notice-password-changed-body =
    The password of your account was changed just now, and the sessions of before have ended.

    If it was you, you need do nothing. If it was not, somebody reads your mail or has your device: choose a new password at once, from a device that you trust:

    { $link }
notice-second-factor-reset-subject = Your second factor was taken away
notice-second-factor-reset-body =
    Whoever runs this server took the second factor of your account away. Until you set up another one, your password alone opens it.

    Sign in and set up a new one:

    { $link }

    If you did not ask for this, tell whoever runs the server.
notice-address-code-subject = { $code } is your code for Postroom
notice-address-code-body =
    Type this code on the page where you are adding this address to your account:

        { $code }

    It counts for a day. If you did not add it, somebody mistyped their address: you need do nothing.
notice-new-browser-subject = New sign-in to your account
notice-new-browser-body =
    Somebody signed in to your account with a browser that was not used for it before:

        { $browser }
        { $ip }
        { $at }

    If it was you, you need do nothing. If it was not, change your password and end that session:

    { $link }
notice-identifier-added-subject = { $address } now signs in to your account
notice-identifier-added-body =
    From now on you can sign in to your account with { $address } as well.

    If it was not you who added it, change your password and remove the address:

    { $link }
notice-identifier-released-subject = { $address } signs in no more
notice-identifier-released-body =
    Your account does not sign in with { $address } any more.

    If it was your only address, sign in with it once again: you then choose another one. Nothing else in your account was changed.

    { $link }
bounce-sender = Mail delivery
bounce-subject = Your mail could not be delivered
bounce-opening = Your mail did not reach these recipients:
bounce-given-up = the mail was taken out of the queue
delay-subject = Your mail is delayed
delay-opening = Your mail has not reached these recipients yet. It is tried again; you need not send it again:
arrival-subject = Your mail was delivered
arrival-opening = Your mail is in the mailbox of these recipients:
relay-subject = Your mail was passed on
relay-opening = Your mail was passed on to the servers of these recipients, which do not tell what becomes of it:
notice-membership-subject = { $inviter } invites you into { $organization }
notice-membership-body =
    { $inviter } invites you into { $organization }.

    Open this link to see what you get, and to accept. Opening it changes nothing:

    { $link }

    The link counts once, until { $expires }. You sign in with an account of your own.
notice-role-changed-subject = Your role in { $organization } has changed
notice-role-changed-body =
    { $actor } changed your role in { $organization }. You are now: { $what }.
notice-removed-subject = You are no longer in { $organization }
notice-removed-body =
    { $actor } took you out of { $organization }. You open nothing of it any more. Your account stays yours.
notice-team-joined-subject = You are in the team { $what }
notice-team-joined-body =
    { $actor } put you into the team { $what } of { $organization }. What the team opens is in your Mail app.
notice-team-left-subject = You are no longer in the team { $what }
notice-team-left-body =
    { $actor } took you out of the team { $what } of { $organization }. What you opened through the team alone is gone from your Mail app.
