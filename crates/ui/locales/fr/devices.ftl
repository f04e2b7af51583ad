devices-title = Mots de passe d’appareil pour toutes les adresses
devices-link = Mots de passe d’appareil pour toutes mes adresses
devices-account = Programmes de messagerie
devices-account-intro = Un programme de messagerie peut afficher d’un coup toutes les adresses que vous pouvez ouvrir avec des programmes.
devices-intro = Avec un seul mot de passe d’appareil, un programme de messagerie affiche toutes vos adresses : le nom d’utilisateur est l’adresse de votre compte. Votre adresse principale est la boîte elle-même ; les autres sont des dossiers sous « Other Users ».
devices-which = Il affiche les adresses où votre accès a la permission « Appareils », tant qu’il l’a. Pour qu’un programme n’ouvre qu’une adresse, créez un mot de passe d’appareil dans les réglages de cette adresse.
devices-none = Vous n’avez pas de mot de passe d’appareil pour toutes les adresses.
devices-fault-many = Vous avez autant de mots de passe d’appareil qu’il est possible. Révoquez-en un dont vous ne vous servez plus.
account-did-account-device-add = A créé un mot de passe d’appareil pour toutes les adresses
account-did-account-device-revoke = A révoqué un mot de passe d’appareil pour toutes les adresses
passkeys-told-account-device-add = Un mot de passe d’appareil pour toutes vos adresses a été créé dans un autre navigateur. Si ce n’était pas vous, révoquez-le et changez votre mot de passe.
notice-account-device-added-subject = Un mot de passe d’appareil pour toutes vos adresses a été créé
notice-account-device-added-body =
    Le mot de passe d’appareil « { $name } » vient d’être créé. Un programme de messagerie qui le possède montre toutes les adresses que vous pouvez ouvrir avec des programmes.

    Si ce n’était pas vous, révoquez-le et changez immédiatement votre mot de passe :

    { $link }
