notice-sender = Postroom
notice-sign-up-code-subject = { $code } est votre code pour Postroom
notice-sign-up-code-body =
    Saisissez ce code sur la page où vous vous inscrivez :

        { $code }

    Il est valable un jour. Si vous ne vous êtes pas inscrit, quelqu’un s’est trompé d’adresse : vous n’avez rien à faire.
notice-account-exists-subject = Vous avez déjà un compte
notice-account-exists-body =
    Quelqu’un, sans doute vous, a voulu s’inscrire avec cette adresse. Un compte existe déjà avec elle. Connectez-vous ici :

    { $link }

    Si ce n’était pas vous, vous n’avez rien à faire : rien n’a été modifié.
notice-address-shared-subject = Personne ne peut se connecter avec cette adresse
notice-address-shared-body =
    Quelqu’un a voulu se connecter avec cette adresse, ou récupérer un compte par elle. Plusieurs personnes l’ouvrent ou pourraient l’ouvrir : ni l’un ni l’autre n’est possible.

    Si c’était vous, recommencez avec une adresse qui n’est qu’à vous. Sinon, vous n’avez rien à faire : rien n’a été modifié.
notice-invitation-subject = { $inviter } vous invite sur { $address }
notice-invitation-body =
    { $inviter } ({ $organization }) vous donne accès à l’adresse { $address }.

    Ouvrez ce lien pour voir ce que vous pourrez faire, et pour accepter. L’ouvrir ne change rien :

    { $link }

    Le lien sert une fois, jusqu’au { $expires }. Vous vous connectez avec votre propre compte ; personne ne vous demandera le mot de passe de { $address }.
notice-password-reset-subject = Choisissez un nouveau mot de passe
notice-password-reset-body =
    Quelqu’un, sans doute vous, a oublié le mot de passe de votre compte. Ouvrez ce lien pour en choisir un nouveau. L’ouvrir ne change rien :

    { $link }

    Le lien vaut une fois, pendant une heure. Si ce n’était pas vous, vous n’avez rien à faire : votre mot de passe reste le même.
notice-password-changed-subject = Votre mot de passe a été changé
notice-password-changed-body =
    Le mot de passe de votre compte vient d’être changé, et les sessions précédentes sont terminées.

    Si c’était vous, vous n’avez rien à faire. Sinon, quelqu’un lit votre courrier ou a votre appareil : choisissez tout de suite un nouveau mot de passe, depuis un appareil de confiance :

    { $link }
notice-second-factor-reset-subject = Votre second facteur a été retiré
notice-second-factor-reset-body =
    La personne qui gère ce serveur a retiré le second facteur de votre compte. Tant que vous n’en mettez pas un autre en place, votre mot de passe seul l’ouvre.

    Connectez-vous et mettez-en un nouveau en place :

    { $link }

    Si vous ne l’avez pas demandé, prévenez la personne qui gère le serveur.
notice-address-code-subject = { $code } est votre code pour Postroom
notice-address-code-body =
    Saisissez ce code sur la page où vous ajoutez cette adresse à votre compte :

        { $code }

    Il vaut un jour. Si vous ne l’avez pas ajoutée, quelqu’un s’est trompé d’adresse : vous n’avez rien à faire.
notice-new-browser-subject = Nouvelle connexion à votre compte
notice-new-browser-body =
    Quelqu’un s’est connecté à votre compte avec un navigateur qui n’avait pas encore servi pour lui :

        { $browser }
        { $ip }
        { $at }

    Si c’était vous, vous n’avez rien à faire. Sinon, changez votre mot de passe et terminez cette session :

    { $link }
notice-identifier-added-subject = { $address } se connecte maintenant à votre compte
notice-identifier-added-body =
    Vous pouvez désormais aussi vous connecter à votre compte avec { $address }.

    Si ce n’est pas vous qui l’avez ajoutée, changez votre mot de passe et retirez l’adresse :

    { $link }
notice-identifier-released-subject = { $address } ne se connecte plus
notice-identifier-released-body =
    Votre compte ne se connecte plus avec { $address }.

    Si c’était votre seule adresse, connectez-vous encore une fois avec elle : vous en choisirez alors une autre. Rien d’autre n’a changé dans votre compte.

    { $link }
bounce-sender = Distribution du courrier
bounce-subject = Votre message n’a pas pu être distribué
bounce-opening = Votre message n’est pas parvenu à ces destinataires :
bounce-given-up = le message a été retiré de la file d’attente
delay-subject = Votre message est retardé
delay-opening = Votre message n’est pas encore parvenu à ces destinataires. De nouvelles tentatives suivent ; il est inutile de le renvoyer :
arrival-subject = Votre message a été distribué
arrival-opening = Votre message est dans la boîte de ces destinataires :
relay-subject = Votre message a été transmis
relay-opening = Votre message a été transmis aux serveurs de ces destinataires, qui ne disent pas ce qu’il devient :
notice-membership-subject = { $inviter } vous invite dans { $organization }
notice-membership-body =
    { $inviter } vous invite dans { $organization }.

    Ouvrez ce lien pour voir ce que vous recevez, et pour accepter. L’ouvrir ne change rien :

    { $link }

    Le lien compte une fois, jusqu’au { $expires }. Vous vous connectez avec votre propre compte.
notice-role-changed-subject = Votre rôle dans { $organization } a changé
notice-role-changed-body =
    { $actor } a changé votre rôle dans { $organization }. Vous êtes maintenant : { $what }.
notice-removed-subject = Vous ne faites plus partie de { $organization }
notice-removed-body =
    { $actor } vous a retiré de { $organization }. Vous n’en ouvrez plus rien. Votre compte vous reste.
notice-team-joined-subject = Vous faites partie de l’équipe { $what }
notice-team-joined-body =
    { $actor } vous a mis dans l’équipe { $what } de { $organization }. Ce que l’équipe ouvre est dans votre app Mail.
notice-team-left-subject = Vous ne faites plus partie de l’équipe { $what }
notice-team-left-body =
    { $actor } vous a retiré de l’équipe { $what } de { $organization }. Ce que vous n’ouvriez que par l’équipe n’est plus dans votre app Mail.
