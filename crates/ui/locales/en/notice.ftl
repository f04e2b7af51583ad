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
notice-invitation-subject = { $inviter } invites you to { $address }
notice-invitation-body =
    { $inviter } ({ $organization }) gives you access to the email address { $address }.

    Open this link to see what you may do with it, and to accept. Opening it changes nothing:

    { $link }

    The link counts once, until { $expires }. You sign in with an account of your own; nobody will ask you for the password of { $address }.
bounce-sender = Mail delivery
bounce-subject = Your mail could not be delivered
bounce-opening = Your mail did not reach these recipients:
bounce-given-up = the mail was taken out of the queue
