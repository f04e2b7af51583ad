# Accès qui prennent fin ou ont des horaires, leur revue, et les explications.

# Les messages avant qu’un accès prenne fin de lui-même.
notice-access-ending-subject = Votre accès à { $address } prend bientôt fin
notice-access-ending-body =
    Votre accès à { $address }, une adresse de { $organization }, prend fin le { $at }.

    À partir de ce moment, l’adresse ne figure plus dans votre application Mail et les programmes qui l’utilisent sont déconnectés. Si vous en avez besoin plus longtemps, adressez-vous à la personne qui gère l’adresse.
notice-access-ending-of-subject = L’accès de { $name } à { $address } prend bientôt fin
notice-access-ending-of-body =
    L’accès de { $name } à { $address }, une adresse de { $organization }, prend fin le { $at }.

    C’est vous qui avez donné cet accès. S’il doit durer plus longtemps, modifiez sa fin sur la page de l’adresse dans le Manager.

# Le journal d’activité.
sharing-act-access-end = Un accès a pris fin de lui-même
sharing-act-access-limits = A modifié quand un accès est valable
sharing-act-access-disconnect = A déconnecté des appareils

# Une personne et une adresse.
sharing-can = Ce que cette personne peut faire
sharing-can-now = Maintenant
sharing-why = Pourquoi
sharing-yes = oui
sharing-no = non
sharing-through-own = son propre accès
sharing-through-team = l’équipe { $team }
sharing-because-closed = L’adresse est dans la corbeille ou fermée : personne ne l’ouvre.
sharing-because-no-access = Cette personne n’a aucun accès, ni personnel ni par une équipe.
sharing-because-not-now = Son accès a pris fin, ou ce n’est pas l’heure.
sharing-because-off = Désactivé dans tous ses accès.
sharing-manages = Cette personne gère ce service de messagerie, et donc les accès. Cela seul ne permet pas de lire des messages.
sharing-manages-not = Cette personne ne gère pas ce service de messagerie : elle ne peut ni donner ni retirer d’accès.
sharing-holds = Quand l’accès est valable
sharing-ends = Dernier jour
sharing-ends-hint = L’accès prend fin avec ce jour. Sans date, il ne prend pas fin de lui-même. L’utilisateur et la personne qui a donné l’accès sont avertis 7 jours et 1 jour avant.
sharing-end-in-past = Ce jour est passé. Choisissez-en un plus tard, ou retirez l’accès.
sharing-end-no-day = Ce n’est pas un jour du calendrier. Écrivez-le sous la forme 2026-12-31.
sharing-hours = Horaires hebdomadaires
sharing-hours-in-zone = Sans jour choisi, l’accès est valable à tout moment. Les heures sont celles de { $zone }.
sharing-hours-from = De
sharing-hours-to = À
sharing-hours-hint = Comme 08:30 ; 24:00 est la fin du jour.
sharing-hours-no-day = Choisissez au moins un jour, ou laissez les deux heures vides.
sharing-hours-time = Écrivez les deux heures sous la forme 08:30.
sharing-hours-empty = Les horaires finissent quand ils commencent. Choisissez une autre fin.
sharing-hours-zone = Votre fuseau horaire n’est pas connu ici. Choisissez-en un autre dans votre compte.
sharing-day-0 = Lundi
sharing-day-1 = Mardi
sharing-day-2 = Mercredi
sharing-day-3 = Jeudi
sharing-day-4 = Vendredi
sharing-day-5 = Samedi
sharing-day-6 = Dimanche
sharing-no-devices = Cette personne n’a pas de mot de passe d’appareil pour cette adresse.
sharing-disconnect = Déconnecter seulement les appareils
sharing-disconnect-hint = Ce que des programmes ont ouvert est fermé aussitôt. L’accès et ce qui est ouvert dans l’application Mail restent.
sharing-revoke-too = Révoquer aussi les mots de passe d’appareil : les appareils ne pourront plus se connecter
sharing-revoked = Mot de passe d’appareil révoqué : { $name }
sharing-disconnected = Les appareils sont déconnectés. Ce qui a été fermé :
sharing-disconnected-nothing = Rien n’était ouvert.
sharing-left = Par des équipes, il lui resterait : { $permissions }.
sharing-left-nothing = Il ne resterait rien : cette personne ne pourrait plus ouvrir l’adresse.
sharing-explain = Qui peut faire quoi, et pourquoi
sharing-explain-intro = Choisissez une personne pour voir ce qu’elle peut faire avec { $address }, et par quel accès ou quelle équipe.
sharing-explain-search = Nom ou adresse
sharing-explain-find = Rechercher
sharing-with-access = Avec un accès personnel
sharing-without-access = Autres membres
sharing-nobody-found = Personne n’a été trouvé.
sharing-more = Il y en a d’autres : recherchez un nom.
sharing-more-users = Plus d’utilisateurs
sharing-candidates-cut = Seuls les { $count } premiers membres figurent ici. Recherchez une partie d’un nom ou d’une adresse.

# La revue de tous les accès d’un service de messagerie.
sharing-review = Accès
sharing-review-intro = Toutes les personnes qui ouvrent une adresse de ce service de messagerie, et par quoi. Parcourez la liste de temps en temps, et retirez ce dont personne n’a plus besoin.
sharing-review-search = Utilisateur ou adresse
sharing-review-show = Afficher
sharing-review-all = Tous les accès
sharing-review-ending = Ceux qui ont une fin
sharing-review-teams = Ceux par des équipes
sharing-review-unused = Ceux sans signe d’utilisation depuis 90 jours
sharing-review-chosen = Choisi
sharing-review-choose = { $name }, { $address }
sharing-review-address = Adresse
sharing-review-through = Par
sharing-review-used = Dernière utilisation
sharing-review-device = Par un programme le { $day }
sharing-review-seen = Connexion le { $day }
sharing-review-never = jamais vu
sharing-review-no-end = à tout moment
sharing-review-remove = Retirer les accès choisis
sharing-review-removed = { $count ->
    [0] Rien n’a été retiré : ces accès n’existaient déjà plus.
    [one] Un accès a été retiré.
   *[other] { $count } accès ont été retirés.
}
sharing-review-none = Aucun accès n’a été trouvé
sharing-review-none-hint = Recherchez autre chose, ou affichez tous les accès.
sharing-review-next = Page suivante

# Ce qui serait perdu avec une équipe.
sharing-losses = Ce qui serait perdu avec cette équipe
sharing-losses-intro = Si l’équipe { $team } était supprimée, ces utilisateurs perdraient ce qu’ils n’ont que par elle. Consulter cette page ne change rien.
sharing-losses-lost = Perdrait
sharing-losses-all = tout l’accès, avec ses mots de passe d’appareil
sharing-losses-none = Personne ne perdrait quoi que ce soit.
sharing-losses-see = Voir qui perdrait quoi

# Ce qu’un utilisateur choisit pour une adresse.
sharing-own = Cette adresse dans votre application Mail
sharing-own-intro = Détacher une adresse la retire de votre application Mail. Votre accès reste, et les programmes qui l’utilisent aussi ; personne d’autre ne le remarque.
sharing-detach = Détacher de mon application Mail
sharing-detached = Adresses détachées
sharing-attach = Rattacher
sharing-attach-named = Rattacher { $address }
sharing-primary = Ouvrir l’application Mail avec cette adresse
sharing-is-primary = Votre application Mail s’ouvre avec cette adresse.

# Plusieurs personnes et plusieurs adresses à la fois.
sharing-many = Partager plusieurs adresses
sharing-many-intro = Choisissez des adresses et des membres de l’organisation. Chacun reçoit aussitôt toutes les adresses choisies, avec les permissions que vous choisissez pour lui ; qui a déjà un accès reçoit ces permissions à la place. Toute autre personne est invitée depuis la page d’une adresse.
sharing-many-search = Partie d’une adresse
sharing-many-addresses = Adresses
sharing-many-no-address = Aucune adresse partageable n’a été trouvée.
sharing-many-share = Partager les adresses
sharing-many-one = { $address } : { $why }
sharing-many-nothing = Choisissez au moins une adresse et un utilisateur.
sharing-many-too-many = C’est trop à la fois. Choisissez moins d’adresses ou moins d’utilisateurs.
sharing-given-nothing = Pas de changement
sharing-given-send = Lire et envoyer
sharing-given-read = Lire et classer seulement
sharing-given-work = Lire, envoyer, appareils, dossiers, signatures, réponses automatiques
sharing-given-all = Toutes les permissions
