# Supprimer des adresses, et la corbeille d’un service Mail.
addresses-being-deleted = Cette adresse est en cours de suppression : personne ne peut y être ajouté. Restaurez-la d’abord depuis la corbeille de son service Mail.
addresses-in-bin = Cette adresse est dans la corbeille. Restaurez-la, ou choisissez un autre nom.
addresses-delete = Supprimer l’adresse e-mail
addresses-delete-hint = Elle va pour 30 jours dans la corbeille, d’où elle peut être restaurée entière.
addresses-delete-title = Supprimer { $address }
addresses-delete-intro = Le courrier pour { $address } sera refusé dès maintenant, et personne ne pourra plus l’ouvrir. Ce qui est ouvert se ferme en une seconde.
addresses-delete-keeps = Pendant 30 jours, l’adresse reste dans la corbeille avec son courrier et ses accès, et peut être restaurée. Ensuite elle est détruite pour de bon. Les mots de passe d’appareil et les invitations ne reviennent pas.
addresses-delete-users = Qui perd l’accès
addresses-delete-others = { $count ->
    [one] Un autre utilisateur qui a accès par une équipe.
   *[other] { $count } autres utilisateurs qui ont accès par une équipe.
}
addresses-delete-no-users = Personne n’a accès.
addresses-delete-mail = Ce qui disparaît
addresses-delete-messages = { $count ->
    [one] { $count } message, { $size }
   *[other] { $count } messages, { $size }
}
addresses-delete-invitations = { $count ->
    [one] { $count } invitation en attente
   *[other] { $count } invitations en attente
}
addresses-delete-tick = Je comprends que le courrier pour { $address } est refusé dès maintenant.
addresses-delete-tick-missing = Cochez la case si vous voulez supprimer l’adresse.
addresses-deleted = Adresse supprimée
addresses-deleted-said = { $address } est dans la corbeille.
addresses-deleted-already = Cette adresse est déjà dans la corbeille.
addresses-device-of = { $device } ({ $user })
addresses-bin = Corbeille
addresses-bin-intro = Les adresses supprimées restent ici 30 jours. Leur courrier est refusé. Une adresse restaurée retrouve son courrier et ses accès, sans les mots de passe d’appareil ni les invitations.
addresses-bin-empty = La corbeille est vide
addresses-bin-empty-hint = On supprime une adresse sur sa page « Général ».
addresses-bin-deleted = Supprimée le
addresses-bin-destroyed = Détruite le
addresses-bin-to = Vers la corbeille
addresses-restore = Restaurer

manager-act-address-delete = A supprimé une adresse e-mail
manager-act-address-destroy = A détruit une adresse e-mail
manager-act-address-restore = A restauré une adresse e-mail

# Les domaines d’un service Mail.
domains-add = Ajouter un domaine
domains-too-many = Le service Mail a déjà autant de domaines qu’il peut en avoir.
domains-check = Vérifier
domains-check-again = Vérifier à nouveau
domains-checked = Le DNS a été interrogé le { $moment }. Des heures peuvent passer avant qu’un changement y soit visible.
domains-not-checked = Le DNS n’a pas encore été interrogé.
domains-found = Trouvé dans le DNS :
domains-right = trouvé
domains-wrong = autre chose s’y trouve
domains-missing = introuvable
domains-unanswered = le DNS n’a pas répondu
domains-attention = DNS à corriger
domains-record-next = avec quoi son courrier sera signé ensuite (DKIM)
domains-keys-renew = Créer de nouvelles clés de signature
domains-keys-hint = Les nouvelles clés signent dès que leurs enregistrements sont trouvés dans le DNS. D’ici là, les clés actuelles signent.
domains-keys-wait = De nouvelles clés attendent : ajoutez au DNS les enregistrements marqués « ensuite », puis vérifiez à nouveau. Les enregistrements des clés précédentes peuvent être retirés une semaine après le changement.

manager-act-domain-add = A ajouté un domaine
manager-act-domain-keys = A créé de nouvelles clés de signature
manager-act-domain-keys-switch = Signe avec les nouvelles clés
manager-act-domain-verify = A vérifié un domaine

# Le message à un membre qui a reçu accès à une nouvelle adresse.
notice-access-given-subject = Vous avez accès à { $what }
notice-access-given-body =
    { $actor } vous a donné accès à { $what }, une adresse de { $organization }.

    Elle est déjà dans votre application Mail : vous la trouvez dans la liste des adresses.

# Créer une adresse pour d’autres.
addresses-for-another = Pour un autre utilisateur
addresses-for-another-hint = Un membre de l’organisation l’a aussitôt ; toute autre personne reçoit une invitation.
addresses-for-several = Pour plusieurs utilisateurs
addresses-for-several-hint = Membres, équipes et autres personnes, chacun avec ses propres permissions.
addresses-users-intro = Les membres et les équipes ont l’adresse aussitôt, et les membres en sont avertis par e-mail. Toute autre personne reçoit une invitation.
addresses-users-line = Utilisateur { $number }
addresses-users-line-fault = Utilisateur { $number } : { $words }
addresses-users-nobody = Choisir
addresses-users-outsider = Quelqu’un de l’extérieur, par e-mail
addresses-users-teams = Équipes
addresses-users-mail = Adresse e-mail de la personne extérieure
addresses-users-mail-hint = Seulement si vous avez choisi quelqu’un de l’extérieur : l’invitation y est envoyée.
addresses-users-account = Son compte
addresses-users-account-any = avec une adresse de son choix
addresses-users-account-this = avec cette adresse
addresses-users-more = Plus d’utilisateurs
addresses-users-none = Choisissez au moins un utilisateur.
addresses-users-twice = Cet utilisateur figure ici deux fois. Gardez-en un.

# Les alias d’une adresse.
addresses-aliases = Alias
addresses-aliases-intro = Le courrier pour un alias arrive dans cette adresse, et peut être envoyé de lui. De même pour { $example }, quoi qu’il y ait après le plus, sans rien à régler.
addresses-aliases-none = Il n’y a pas d’alias
addresses-aliases-none-hint = Ajoutez-en un ci-dessous, par exemple une autre orthographe du nom.
addresses-alias = Alias
addresses-alias-add = Ajouter l’alias
addresses-alias-remove = Retirer
addresses-alias-since = Depuis
addresses-alias-many = L’adresse a déjà autant d’alias qu’elle peut en avoir.
addresses-alias-login = Quelqu’un se connecte avec cette adresse ou une de ses variantes, elle ne peut donc pas être un alias : quiconque lit son courrier pourrait s’emparer de ce compte.
addresses-alias-look = Ce nom contient des lettres qui peuvent ressembler à d’autres, comme un а cyrillique à un a latin. Ne l’utilisez que si c’est voulu, et cochez la case ci-dessous.
addresses-alias-sure = Les lettres sont bien celles que je veux.

manager-act-alias-add = A ajouté un alias
manager-act-alias-remove = A retiré un alias
