# Messages sur la sécurité d’un compte ou d’une adresse.
notice-codes-refused-subject = Codes erronés pour votre compte
notice-codes-refused-body =
    Quelqu’un a donné votre bon mot de passe, puis plusieurs codes erronés :

        { $browser }
        { $ip }

    L’accès lui a été refusé. Si c’était vous, vous n’avez rien à faire : reconnectez-vous, ou utilisez un code de récupération. Sinon, quelqu’un connaît votre mot de passe : changez-le.

    { $link }
notice-second-factor-set-subject = Votre second facteur a été changé
notice-second-factor-set-body =
    Désormais, la connexion à votre compte demande un code de l’application d’authentification qui vient d’être mise en place. Les codes de récupération précédents ne valent plus, et vos autres sessions sont terminées.

    Si c’était vous, vous n’avez rien à faire. Sinon, changez votre mot de passe tout de suite et prévenez la personne qui gère le serveur :

    { $link }
notice-access-taken-subject = { $actor } ouvre désormais { $what }
notice-access-taken-body =
    { $actor } gère les adresses de { $organization } et s’est donné accès à { $what }. Son courrier lui est désormais lisible.

    Vous recevez ce message parce que vous ouvrez aussi cette adresse. Si cela vous étonne, demandez à { $actor }, ou à une autre personne qui représente ou administre { $organization }.

# Ce que l’on a fait soi-même.
account-did-second-factor-refused = Codes erronés à la connexion
account-did-second-factor-set = Second facteur changé

# Retirer un domaine.
safety-domain-remove = Retirer { $domain }
safety-domain-remove-hint = Un domaine sans adresse peut être retiré. Ses clés de signature partent avec lui ; il peut être ajouté de nouveau, avec de nouveaux enregistrements.
safety-domain-used = Ce domaine sert encore : il porte des adresses ou des alias (aussi dans la corbeille), il remplace un autre domaine, ou un autre le remplace. Retirez-les d’abord.
manager-act-domain-remove = A retiré un domaine
manager-act-domain-lapse = Un domaine non vérifié pendant une semaine a été abandonné
