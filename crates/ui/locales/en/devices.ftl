devices-title = Device passwords for all addresses
devices-link = Device passwords for all my addresses
devices-account = Mail programs
devices-account-intro = A mail program can show every address that you may open with programs at once.
devices-intro = With one device password, a mail program shows all your addresses: sign in with the address of your account as the user name. Your primary address is the mailbox itself; the others are folders below “Other Users”.
devices-which = It shows the addresses where your access has the permission “Devices”, as long as it has it. To let a program open one address only, make a device password in the settings of that address.
devices-none = You have no device password for all addresses.
devices-fault-many = You have as many device passwords as one can have. Revoke one that you do not use any more.
account-did-account-device-add = Made a device password for all addresses
account-did-account-device-revoke = Revoked a device password for all addresses
passkeys-told-account-device-add = A device password for all your addresses was made in another browser. If it was not you, revoke it and change your password.
notice-account-device-added-subject = A device password for all your addresses was made
notice-account-device-added-body =
    The device password “{ $name }” was made just now. A mail program that has it shows every address that you may open with programs.

    If it was not you, revoke it and change your password at once:

    { $link }
