passkeys-title = Passkeys and security keys
passkeys-intro = With a passkey you sign in by your fingerprint, your face or a PIN, without a password. A security key also stands beside your password as a second factor. What a passkey is stays in your device: nobody can be tricked into typing it.
passkeys-manage = Manage passkeys
passkeys-yours = Your passkeys
passkeys-count = { $count ->
    [0] You have no passkey yet.
    [one] You have { $count } passkey.
   *[other] You have { $count } passkeys.
}
passkeys-not-here = Browsers offer passkeys only where this server is reached by a name over TLS. Whoever runs it can change its address.
passkeys-none = There is no passkey yet
passkeys-none-do = Add the device that you are using, or a security key.
passkeys-name = Name
passkeys-name-hint = So that you know it again: the device, or where you keep the key.
passkeys-name-of = Name of { $name }
passkeys-since = Since
passkeys-used = Last used
passkeys-never = never
passkeys-acts = What can be done
passkeys-add = Add a passkey
passkeys-add-intro = Give it a name, then follow your browser. A passkey of this device, of your phone, or a security key: each of them will do.
passkeys-add-button = Add the passkey
passkeys-unable = This browser has no passkeys, or its scripts are off. Another browser, or your phone, may have them.
passkeys-rename = Rename
passkeys-remove = Remove
passkeys-remove-of = Remove { $name }
passkeys-last = If you remove your last second factor, your password alone opens your account, and the recovery codes count no more.
passkeys-failed = The passkey was not used: it was cancelled, took too long, or does not know who you are. Try again, or go another way.
passkeys-fault-name-empty = Give the passkey a name.
passkeys-fault-name-long = This name is too long: at most { $limit } characters.
passkeys-fault-name-control = This name has characters that cannot be seen. Type it anew.
passkeys-fault-expired = That took too long. Try again.
passkeys-fault-refused = The passkey was not accepted. Try again; if it happens once more, use another one.
passkeys-fault-known = This passkey is added already.
passkeys-fault-many = You have as many passkeys as there can be: ten. Remove one first.
passkeys-fault-busy = Many people of your network are signing in now. Try again in a few minutes.
passkeys-fault-needed = { $organization } asks its members for a second factor, and this is your last one. Add another first.
passkeys-second-factor-on = Signing in with your password asks for one of your passkeys as well. { $count ->
    [0] No recovery code is left.
    [one] { $count } recovery code is left.
   *[other] { $count } recovery codes are left.
}
passkeys-app-remove = Remove the authenticator app
passkeys-sign-in = Sign in with a passkey
passkeys-sign-in-wrong = This passkey does not open an account here. Sign in with your password, or try another passkey.
passkeys-code-use = Use a passkey
passkeys-code-wrong = This passkey was not accepted. Try again, or give a code.
passkeys-recovery-code = Recovery code
passkeys-recovery-code-hint = One of the codes that you kept when you added your passkey.
passkeys-code-intro = Your password was right. Use your passkey, or one of your recovery codes.
proof-passkey = Use a passkey instead
proof-passkey-wrong = This passkey was not accepted. Try again, or type your password.
account-did-passkey-add = Added a passkey
account-did-passkey-rename = Renamed a passkey
account-did-passkey-remove = Removed a passkey
account-did-passkey-refused = A passkey was refused: there seems to be a copy of it
account-did-second-factor-remove = Removed the authenticator app

passkeys-told-passkey-add = A passkey was added to your account in another browser. If it was not you, remove it and change your password.
passkeys-told-passkey-remove = A passkey of your account was removed in another browser. If it was not you, change your password.
passkeys-told-second-factor-remove = The authenticator app of your account was removed in another browser. If it was not you, change your password and set it up again.
passkeys-told-see = Show my activity
passkeys-told-away = Put away

passkeys-switch-to = Switch to
passkeys-another = Add another account
passkeys-another-title = Add another account
passkeys-another-intro = The account that you use now stays signed in besides. Sign in with the address and password of the other one.
passkeys-another-full = This browser holds as many accounts as it can: five. Sign one of them out first.
passkeys-others = Accounts in this browser
passkeys-others-intro = You switch between them with one click. Each is signed in for itself: what you do in one is never done as another.
passkeys-others-none = No other account is signed in here
passkeys-others-none-do = Add one, and switch between them in the menu at the top right.
passkeys-others-used = in use
passkeys-others-account = Account
passkeys-others-switch = Switch to { $name }
passkeys-others-forget = Sign { $name } out
passkeys-continue = Continue as { $name }
passkeys-continue-title = Signed in here already
fault-other-account-title = You use another account now
fault-other-account = The page that you sent was opened with another account, which is signed in here besides. Nothing was done. Switch to that account in the menu at the top right, go back to the page, and send it again.

notice-passkey-added-subject = A passkey was added to your account
notice-passkey-added-body =
    The passkey “{ $name }” was added to your account just now. Whoever has it can sign in as you.

    If it was not you, remove it and change your password at once:

    { $link }
notice-passkey-removed-subject = A passkey was removed from your account
notice-passkey-removed-body =
    The passkey “{ $name }” was removed from your account just now. It opens it no more.

    If it was not you, change your password at once:

    { $link }
notice-passkey-refused-subject = A passkey of yours was refused
notice-passkey-refused-body =
    Somebody, maybe you, used the passkey “{ $name }”. It was refused, because it counts its uses differently from before: there seems to be a copy of it.

    Remove it and add another one:

    { $link }
notice-second-factor-removed-subject = Your authenticator app was removed
notice-second-factor-removed-body =
    The authenticator app of your account was removed just now. Its codes count no more.

    If it was not you, change your password at once:

    { $link }

passkeys-asks-title = Second factor of the members
passkeys-asks-see = Decide whether members need a second factor
passkeys-asks-intro = A second factor is a passkey, a security key, or a code of an authenticator app. Whoever has none sets one up before they go on to anything but their own account, and the last one cannot be removed.
passkeys-asks-free = Each member decides for themselves whether they have a second factor.
passkeys-asks-asked = Each member needs a second factor.
passkeys-asks-without = { $count ->
    [0] Every member has one.
    [one] { $count } member has none yet.
   *[other] { $count } members have none yet.
}
passkeys-asks-ask = Ask every member for a second factor
passkeys-asks-leave = Leave it to the members
passkeys-asks-own = You have no second factor yourself. Set one up in your account first.
passkeys-asks-you = An organization of yours asks its members for a second factor. Set one up to go on: a passkey, or an authenticator app.
manager-act-factor-ask = Asked every member for a second factor
manager-act-factor-free = Left the second factor to the members
manager-act-passkey-add = Added a passkey
manager-act-passkey-remove = Removed a passkey
manager-act-second-factor-remove = Removed their authenticator app
