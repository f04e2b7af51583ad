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
notice-invitation-subject = { $inviter } vous invite sur { $address }
notice-invitation-body =
    { $inviter } ({ $organization }) vous donne accès à l’adresse { $address }.

    Ouvrez ce lien pour voir ce que vous pourrez faire, et pour accepter. L’ouvrir ne change rien :

    { $link }

    Le lien sert une fois, jusqu’au { $expires }. Vous vous connectez avec votre propre compte ; personne ne vous demandera le mot de passe de { $address }.
bounce-sender = Distribution du courrier
bounce-subject = Votre message n’a pas pu être distribué
bounce-opening = Votre message n’est pas parvenu à ces destinataires :
bounce-given-up = le message a été retiré de la file d’attente
