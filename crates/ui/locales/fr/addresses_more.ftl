# Redirections : où le courrier va encore.
more-redirections = Redirections
more-redirect-intro = Le courrier qui arrive ici est aussi envoyé à ces destinataires. Une adresse du même service de messagerie le reçoit aussitôt ; toute autre personne est d’abord interrogée par e-mail, et ne reçoit rien avant d’avoir accepté.
more-redirect-none = Aucune redirection pour l’instant
more-redirect-none-hint = Le courrier reste ici. Saisissez ci-dessous où il doit aussi aller.
more-redirect-target = Adresse e-mail
more-redirect-target-hint = À qui le courrier est transmis, par exemple nom@example.org.
more-redirect-add = Ajouter la redirection
more-redirect-state = État
more-redirect-active = active depuis le { $day }
more-redirect-waiting = attend une réponse jusqu’au { $day }
more-redirect-expired = sans réponse
more-redirect-made = { $name }, { $day }
more-redirect-code = Code
more-redirect-code-of = Code que { $target } vous a communiqué
more-redirect-confirm = Confirmer
more-redirect-ask = Redemander
more-redirect-ask-of = Redemander à { $target }
more-redirect-end = Supprimer
more-redirect-end-of = Supprimer la redirection vers { $target }
more-redirect-copy-title = Copie
more-redirect-copy = Garder une copie de ce qui est transmis
more-redirect-copy-hint = Sans copie, le courrier n’est que chez ses destinataires. Tant qu’aucun ne peut le prendre, il est tout de même gardé ici.
more-redirect-no-target = Saisissez une adresse e-mail, par exemple nom@example.org.
more-redirect-own = C’est l’adresse elle-même, ou l’un de ses alias. Choisissez un autre destinataire.
more-redirect-twice = Il y a déjà une redirection vers ce destinataire.
more-redirect-many = L’adresse a autant de redirections qu’elle peut en avoir. Supprimez-en une d’abord.
more-redirect-loop = Le courrier reviendrait à cette adresse : le destinataire redirige ici. Supprimez d’abord cette redirection-là, ou choisissez un autre destinataire.
more-redirect-no-address = Le service de messagerie n’a pas cette adresse. Vérifiez son orthographe, ou créez-la d’abord.
more-redirect-login = Quelqu’un d’autre se connecte avec cette adresse : lui seul décide où va son courrier.
more-redirect-asked = Tant de demandes ont été envoyées aujourd’hui qu’il n’est plus possible d’en envoyer. Réessayez demain.
more-redirect-code-over = Ce code ne compte plus. Redemandez au destinataire : un nouveau code est envoyé.
more-redirect-code-wrong = Ce n’est pas le code qui a été envoyé. Faites-le vous relire ; après cinq codes faux, il ne compte plus.
more-redirect-deleted = Cette adresse est en cours de suppression. Restaurez-la d’abord depuis la corbeille de son service de messagerie.
more-redirect-may-not-title = Vous ne pouvez pas modifier les redirections ici
more-redirect-may-not = Votre accès à { $address } n’a pas l’autorisation « Redirections ». Demandez à qui gère l’adresse de l’activer.
more-redirect-link = Redirections : où le courrier va encore
more-offer-title = Du courrier pour vous ?
more-offer-heading = Le courrier de { $address } doit-il vous être transmis ?
more-offer-intro = { $name } ({ $organization }) souhaite que le courrier qui arrive à { $address } soit transmis à { $target }.
more-offer-what = Si vous acceptez, vous recevez désormais tout le courrier de cette adresse, jusqu’à ce que cela y soit arrêté. Si vous n’attendiez pas cette question, refusez, ou ne faites rien.
more-offer-until = On peut répondre à la question jusqu’au { $day }.
more-offer-agree = Oui, me le transmettre
more-offer-decline = Non
more-offer-nothing-yet = Pour l’instant, rien n’a changé.
more-offer-agreed-title = Accepté
more-offer-agreed = Le courrier de { $address } est désormais transmis à { $target }.
more-offer-declined-title = Refusé
more-offer-declined = Rien de { $address } n’est transmis à { $target }.
more-offer-dead-title = Ce lien ne compte plus
more-offer-dead = Il a été utilisé ou retiré, ou son délai est passé. La personne qui vous l’a demandé peut en envoyer un autre.
more-offer-login = Quelqu’un se connecte entre-temps avec cette adresse : lui seul décide où va son courrier.
manager-act-redirection-add = A ajouté une redirection
manager-act-redirection-agree = A accepté une redirection
manager-act-redirection-ask = A redemandé à un destinataire
manager-act-redirection-code = A confirmé une redirection par code
manager-act-redirection-decline = A refusé une redirection
manager-act-redirection-keep = Garde une copie du courrier redirigé
manager-act-redirection-pass = Ne garde pas de copie du courrier redirigé
manager-act-redirection-remove = A supprimé une redirection
notice-redirection-asked-subject = Le courrier de { $address } doit-il vous être transmis ?
notice-redirection-asked-body =
    { $inviter } ({ $organization }) souhaite que le courrier qui arrive à { $address } vous soit transmis.

    Ouvrez ce lien pour accepter ou pour refuser. L’ouvrir ne change rien :

    { $link }

    Ou communiquez ce code à { $inviter } : { $code }

    Les deux comptent une fois, jusqu’au { $expires }. Si vous n’attendiez pas cette question, ne faites rien : aucun courrier n’est transmis.

# Domaines qui en représentent d’autres.
more-domain-is-alias = Ce domaine en représente un autre : créez l’adresse là-bas.
more-domain-alias = Le faire représenter un autre domaine
more-domain-alias-change = Modifier
more-domain-alias-title = { $domain } comme domaine alias
more-domain-alias-intro = Le courrier de toute adresse de { $domain } va alors à l’adresse du même nom dans le domaine que vous choisissez. { $domain } lui-même ne peut pas avoir d’adresses pendant ce temps.
more-domain-alias-of = Domaine qu’il représente
more-domain-alias-none = Aucun : il vaut pour lui-même
more-domain-stands-for = Toutes les adresses de { $domain } mènent à celles de { $other }.
more-domain-alias-addresses = Ce domaine a ses propres adresses e-mail ou alias, peut-être dans la corbeille. Il ne peut en représenter un autre que s’il n’en a aucun.
more-domain-alias-chain = L’un des deux domaines fait déjà partie d’une telle paire. Mettez-y fin d’abord.
more-domain-alias-login = Quelqu’un se connecte avec une adresse de ce domaine : elle ne peut pas mener à celle d’un autre.
more-domain-alias-unverified = Les deux domaines doivent d’abord être vérifiés.
more-domain-alias-same = Un domaine ne peut pas se représenter lui-même. Choisissez-en un autre.
manager-act-domain-alias = A fait représenter un domaine par un autre
manager-act-domain-alias-end = A rendu un domaine à lui-même

# Plusieurs adresses depuis un fichier.
more-import = Créer plusieurs adresses
more-import-intro = Envoyez un fichier avec une adresse par ligne, jusqu’à { $count }. Il est d’abord vérifié en entier : rien n’est créé avant que vous ne le disiez.
more-import-template = Télécharger un modèle
more-import-no-domain = Le service de messagerie n’a pas encore de domaine vérifié. Vérifiez-en d’abord un, sur la page « Domaines ».
more-import-file = Fichier CSV
more-import-file-hint = La première ligne contient les titres. Virgules, points-virgules et tabulations entre les cellules sont compris.
more-import-check = Vérifier le fichier
more-import-check-hint = La vérification ne crée rien.
more-import-columns = Colonnes
more-import-column-local-part = Ce qui précède l’@. La seule colonne nécessaire.
more-import-column-display-name = Le nom affiché avec l’adresse.
more-import-column-password = Laissez-la vide : chacun reçoit son propre accès, et crée lui-même ses mots de passe pour les programmes.
more-import-column-redirect-to = Où le courrier va aussi : jusqu’à 20 adresses séparées par des espaces. Celles hors du service de messagerie sont d’abord interrogées.
more-import-column-keep-copy = oui ou non : si une copie du courrier redirigé reste. Oui si la cellule est vide.
more-import-column-user-email = Qui reçoit l’accès : un membre aussitôt, toute autre personne par invitation.
more-import-column-permissions = Ce que l’accès permet : all, read, ou des noms comme send folders rules. Tout si la cellule est vide.
more-import-column-quota-mb = Ce que l’adresse peut contenir, en mégaoctets.
more-import-last = Derniers fichiers
more-import-waits = Il attend votre accord pendant un jour.
more-import-state-checked = { $count ->
    [one] Le fichier est en ordre : une adresse peut être créée.
   *[other] Le fichier est en ordre : { $count } adresses peuvent être créées.
}
more-import-state-running = { $made } adresses sur { $count } sont créées.
more-import-state-done = { $count ->
    [one] Terminé : { $made } adresse sur une a été créée.
   *[other] Terminé : { $made } adresses sur { $count } ont été créées.
}
more-import-state-stopped = Arrêté : { $made } adresses sur { $count } ont été créées. La personne qui l’a lancé ne peut plus créer d’adresses.
more-import-start = { $count ->
    [one] Créer { $count } adresse
   *[other] Créer { $count } adresses
}
more-import-discard = Abandonner le fichier
more-import-progress = Avancement : { $percent } %
more-import-leave = Vous pouvez quitter cette page : le travail continue. Sans scripts, rechargez-la pour voir où il en est.
more-import-failures = Ce qui n’a pas été fait
more-import-failed = Ligne { $line }, { $address } : { $what }
more-import-result = Télécharger le résultat
more-import-line = Ligne
more-import-user = Utilisateur
more-import-outcome = Résultat
more-import-outcome-waiting = pas encore
more-import-outcome-made = créée
more-import-outcome-redirected = redirigée
more-import-read = Vérifiez comment le fichier a été lu
more-import-read-as = Il n’est pas en UTF-8 et a été lu en { $encoding } : vérifiez les noms accentués.
more-import-read-tab = Ses cellules sont séparées par des tabulations.
more-import-read-semicolon = Ses cellules sont séparées par des points-virgules.
more-import-too-large = Le fichier est trop grand : il peut faire { $limit } au plus. Divisez-le.
more-import-not-text = Ce n’est pas un fichier texte. Enregistrez le tableau en CSV, en UTF-8, et envoyez celui-là.
more-import-not-csv = Le fichier ne peut pas être lu à partir de la ligne { $line } : il manque peut-être un guillemet.
more-import-no-local-part = La première ligne n’a pas de titre local_part. Téléchargez le modèle pour voir les titres.
more-import-column-unknown = Il n’y a pas de colonne « { $column } ». Téléchargez le modèle pour voir les titres.
more-import-column-twice = La colonne { $column } y figure deux fois.
more-import-empty = Le fichier ne contient aucune adresse.
more-import-too-many = Le fichier contient plus de { $count } adresses. Divisez-le.
more-import-domain = Le service de messagerie n’a pas ce domaine, ou il n’est pas vérifié.
more-import-files = Il y a déjà autant de fichiers en attente que possible. Créez-en un ou abandonnez-en un d’abord.
more-import-faults = { $count ->
    [one] Le fichier contient une erreur. Rien n’a été créé : corrigez-la et renvoyez le fichier.
   *[other] Le fichier contient { $count } erreurs. Rien n’a été créé : corrigez-les et renvoyez le fichier.
}
more-import-fault = Ligne { $line }, { $column } : { $what }
more-fault-cells = La ligne a plus de cellules qu’il n’y a de titres.
more-fault-missing = Le nom manque.
more-fault-whole = N’écrivez que ce qui précède l’@.
more-fault-bad-name = Ce ne peut pas être le nom d’une adresse.
more-fault-reserved = Ce nom est réservé.
more-fault-twice = La ligne { $line } contient déjà ce nom.
more-fault-taken = Cette adresse existe déjà.
more-fault-in-bin = Cette adresse est dans la corbeille. Restaurez-la, ou choisissez un autre nom.
more-fault-login = Quelqu’un se connecte avec cette adresse, ou avec une variante.
more-fault-formula = Un tableur calculerait ceci. Commencez par une lettre.
more-fault-display-name = Ceci ne peut pas être affiché comme un nom.
more-fault-password = Les mots de passe ne se définissent pas par fichier. Laissez la cellule vide.
more-fault-address = Ce n’est pas une adresse e-mail.
more-fault-targets = Il y a trop de destinataires.
more-fault-own = L’adresse se redirigerait vers elle-même.
more-fault-loop = Le courrier reviendrait à cette adresse par d’autres lignes.
more-fault-no-target = Le service de messagerie n’a pas cette adresse, et le fichier ne la crée pas.
more-fault-yes-no = Écrivez oui ou non.
more-fault-copy = Sans redirection, il n’y a que la copie. Écrivez oui, ou laissez la cellule vide.
more-fault-permissions = Ce n’est aucune des autorisations. Écrivez all, read, ou leurs noms.
more-fault-nobody = Personne n’aurait ces autorisations. Remplissez user_email.
more-fault-quota = Écrivez un nombre entier de mégaoctets, au moins 1.
manager-act-address-import = A créé des adresses depuis un fichier

# La liste des adresses, et en modifier plusieurs.
more-list-having = Seulement celles
more-list-any = Toutes
more-list-having-alias = avec un alias
more-list-having-redirection = avec une redirection
more-list-having-auto-reply = avec une réponse automatique active
more-list-having-devices = avec des mots de passe d’appareil
more-list-having-shared = avec plusieurs utilisateurs
more-list-having-unused = sans aucun utilisateur
more-list-order = Ordre
more-list-order-name = par nom
more-list-order-newest = les plus récentes d’abord
more-list-order-fullest = les plus remplies d’abord
more-bulk-column = Choisir
more-bulk-tick = Choisir { $address }
more-bulk-act = Avec ces adresses
more-bulk-ticked = Continuer avec celles qui sont cochées
more-bulk-all = Continuer avec toutes celles trouvées
more-bulk-permissions = Définir les autorisations
more-bulk-redirections = Supprimer les redirections
more-bulk-delete = Supprimer les adresses e-mail
more-bulk-permissions-intro = { $count ->
    [one] L’accès propre de chaque utilisateur à cette adresse permet désormais exactement ceci. Ce que donnent les équipes reste.
   *[other] L’accès propre de chaque utilisateur à ces { $count } adresses permet désormais exactement ceci. Ce que donnent les équipes reste.
}
more-bulk-redirections-intro = { $count ->
    [one] Le courrier de cette adresse n’est plus transmis, et une copie est gardée.
   *[other] Le courrier de ces { $count } adresses n’est plus transmis, et une copie est gardée.
}
more-bulk-delete-intro = { $count ->
    [one] Cette adresse va dans la corbeille pour 30 jours. Son courrier est refusé, et personne ne peut l’ouvrir.
   *[other] Ces { $count } adresses vont dans la corbeille pour 30 jours. Leur courrier est refusé, et personne ne peut les ouvrir.
}
more-bulk-delete-tick = { $count ->
    [one] Je comprends que le courrier de cette adresse est désormais refusé.
   *[other] Je comprends que le courrier de ces { $count } adresses est désormais refusé.
}
more-bulk-tick-missing = Cochez la case si vous voulez supprimer les adresses.
more-bulk-nothing = Aucune adresse n’est choisie. Cochez-en d’abord dans la liste.
more-bulk-back = Retour à la liste
more-bulk-more = et { $count } autres
more-bulk-too-many = Cela fait plus de { $count } adresses. Cherchez ou filtrez d’abord la liste.
more-bulk-state-running = { $made } adresses sur { $count } sont modifiées.
more-bulk-state-done = { $count ->
    [one] Terminé : { $made } adresse sur une a été modifiée.
   *[other] Terminé : { $made } adresses sur { $count } ont été modifiées.
}
more-bulk-state-stopped = Arrêté : { $made } adresses sur { $count } ont été modifiées. La personne qui l’a lancé ne peut plus modifier d’adresses.
more-bulk-gone = L’adresse n’existe plus, ou se trouve dans la corbeille.
more-import-outcome-changed = modifiée
manager-act-address-many-delete = A supprimé de nombreuses adresses e-mail
manager-act-address-many-permissions = A défini les autorisations de nombreuses adresses
manager-act-address-many-redirections = A supprimé les redirections de nombreuses adresses
