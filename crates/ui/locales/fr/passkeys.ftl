passkeys-title = Clés d’accès et clés de sécurité
passkeys-intro = Avec une clé d’accès, vous vous connectez par votre empreinte, votre visage ou un code, sans mot de passe. Une clé de sécurité peut aussi compléter votre mot de passe comme second facteur. Le secret reste dans votre appareil : personne ne peut vous amener à le saisir ailleurs.
passkeys-manage = Gérer les clés d’accès
passkeys-yours = Vos clés d’accès
passkeys-count = { $count ->
    [0] Vous n’avez pas encore de clé d’accès.
    [one] Vous avez { $count } clé d’accès.
   *[other] Vous avez { $count } clés d’accès.
}
passkeys-not-here = Les navigateurs ne proposent les clés d’accès que si ce serveur est atteint par un nom et en TLS. La personne qui le gère peut changer son adresse.
passkeys-none = Il n’y a pas encore de clé d’accès
passkeys-none-do = Ajoutez l’appareil que vous utilisez, ou une clé de sécurité.
passkeys-name = Nom
passkeys-name-hint = Pour la reconnaître : l’appareil, ou l’endroit où vous gardez la clé.
passkeys-name-of = Nom de { $name }
passkeys-since = Depuis
passkeys-used = Dernière utilisation
passkeys-never = jamais
passkeys-acts = Actions possibles
passkeys-add = Ajouter une clé d’accès
passkeys-add-intro = Donnez-lui un nom, puis suivez votre navigateur. Une clé d’accès de cet appareil, de votre téléphone, ou une clé de sécurité : toutes conviennent.
passkeys-add-button = Ajouter la clé d’accès
passkeys-unable = Ce navigateur n’a pas de clés d’accès, ou ses scripts sont désactivés. Un autre navigateur, ou votre téléphone, en a peut-être.
passkeys-rename = Renommer
passkeys-remove = Supprimer
passkeys-remove-of = Supprimer { $name }
passkeys-last = Si vous supprimez votre dernier second facteur, votre mot de passe seul ouvre votre compte, et les codes de récupération ne sont plus valables.
passkeys-failed = La clé d’accès n’a pas été utilisée : l’opération a été annulée, a duré trop longtemps, ou la clé ne vous reconnaît pas. Réessayez, ou choisissez un autre moyen.
passkeys-fault-name-empty = Donnez un nom à la clé d’accès.
passkeys-fault-name-long = Ce nom est trop long : { $limit } caractères au plus.
passkeys-fault-name-control = Ce nom contient des caractères invisibles. Saisissez-le de nouveau.
passkeys-fault-expired = Cela a duré trop longtemps. Réessayez.
passkeys-fault-refused = La clé d’accès n’a pas été acceptée. Réessayez ; si cela se reproduit, prenez-en une autre.
passkeys-fault-known = Cette clé d’accès est déjà ajoutée.
passkeys-fault-many = Vous avez le nombre maximal de clés d’accès : dix. Supprimez-en une d’abord.
passkeys-fault-busy = Beaucoup de personnes de votre réseau se connectent en ce moment. Réessayez dans quelques minutes.
passkeys-fault-needed = { $organization } demande un second facteur à ses membres, et celui-ci est votre dernier. Ajoutez-en un autre d’abord.
passkeys-second-factor-on = La connexion par mot de passe demande aussi une de vos clés d’accès. { $count ->
    [0] Il ne reste aucun code de récupération.
    [one] Il reste { $count } code de récupération.
   *[other] Il reste { $count } codes de récupération.
}
passkeys-app-remove = Supprimer l’application d’authentification
passkeys-sign-in = Se connecter avec une clé d’accès
passkeys-sign-in-wrong = Cette clé d’accès n’ouvre aucun compte ici. Connectez-vous avec votre mot de passe, ou essayez une autre clé d’accès.
passkeys-code-use = Utiliser une clé d’accès
passkeys-code-wrong = Cette clé d’accès n’a pas été acceptée. Réessayez, ou donnez un code.
passkeys-recovery-code = Code de récupération
passkeys-recovery-code-hint = Un des codes que vous avez conservés en ajoutant votre clé d’accès.
passkeys-code-intro = Votre mot de passe est correct. Utilisez votre clé d’accès, ou un de vos codes de récupération.
proof-passkey = Utiliser plutôt une clé d’accès
proof-passkey-wrong = Cette clé d’accès n’a pas été acceptée. Réessayez, ou saisissez votre mot de passe.
account-did-passkey-add = A ajouté une clé d’accès
account-did-passkey-rename = A renommé une clé d’accès
account-did-passkey-remove = A supprimé une clé d’accès
account-did-passkey-refused = Une clé d’accès a été refusée : il semble en exister une copie
account-did-second-factor-remove = A supprimé l’application d’authentification

passkeys-told-passkey-add = Une clé d’accès a été ajoutée à votre compte dans un autre navigateur. Si ce n’était pas vous, supprimez-la et changez votre mot de passe.
passkeys-told-passkey-remove = Une clé d’accès de votre compte a été supprimée dans un autre navigateur. Si ce n’était pas vous, changez votre mot de passe.
passkeys-told-second-factor-remove = L’application d’authentification de votre compte a été supprimée dans un autre navigateur. Si ce n’était pas vous, changez votre mot de passe et remettez-la en place.
passkeys-told-see = Voir mon activité
passkeys-told-away = Masquer

passkeys-switch-to = Passer à
passkeys-another = Ajouter un autre compte
passkeys-another-title = Ajouter un autre compte
passkeys-another-intro = Le compte que vous utilisez maintenant reste connecté à côté. Connectez-vous avec l’adresse et le mot de passe de l’autre.
passkeys-another-full = Ce navigateur contient le nombre maximal de comptes : cinq. Déconnectez-en un d’abord.
passkeys-others = Comptes dans ce navigateur
passkeys-others-intro = Vous passez de l’un à l’autre en un clic. Chacun est connecté pour lui-même : ce que vous faites dans l’un n’est jamais fait au nom d’un autre.
passkeys-others-none = Aucun autre compte n’est connecté ici
passkeys-others-none-do = Ajoutez-en un, et passez de l’un à l’autre dans le menu en haut à droite.
passkeys-others-used = utilisé
passkeys-others-account = Compte
passkeys-others-switch = Passer à { $name }
passkeys-others-forget = Déconnecter { $name }
passkeys-continue = Continuer en tant que { $name }
passkeys-continue-title = Déjà connecté ici
fault-other-account-title = Vous utilisez maintenant un autre compte
fault-other-account = La page que vous avez envoyée a été ouverte avec un autre compte, connecté ici à côté. Rien n’a été fait. Passez à ce compte dans le menu en haut à droite, revenez à la page et envoyez-la de nouveau.

notice-passkey-added-subject = Une clé d’accès a été ajoutée à votre compte
notice-passkey-added-body =
    La clé d’accès « { $name } » vient d’être ajoutée à votre compte. La personne qui la possède peut se connecter à votre place.

    Si ce n’était pas vous, supprimez-la et changez immédiatement votre mot de passe :

    { $link }
notice-passkey-removed-subject = Une clé d’accès a été supprimée de votre compte
notice-passkey-removed-body =
    La clé d’accès « { $name } » vient d’être supprimée de votre compte. Elle ne l’ouvre plus.

    Si ce n’était pas vous, changez immédiatement votre mot de passe :

    { $link }
notice-passkey-refused-subject = Une de vos clés d’accès a été refusée
notice-passkey-refused-body =
    Quelqu’un, peut-être vous, a utilisé la clé d’accès « { $name } ». Elle a été refusée, car elle compte ses utilisations autrement qu’avant : il semble en exister une copie.

    Supprimez-la et ajoutez-en une autre :

    { $link }
notice-second-factor-removed-subject = Votre application d’authentification a été supprimée
notice-second-factor-removed-body =
    L’application d’authentification de votre compte vient d’être supprimée. Ses codes ne sont plus valables.

    Si ce n’était pas vous, changez immédiatement votre mot de passe :

    { $link }

passkeys-asks-title = Second facteur des membres
passkeys-asks-see = Décider si les membres ont besoin d’un second facteur
passkeys-asks-intro = Un second facteur est une clé d’accès, une clé de sécurité, ou un code d’une application d’authentification. Qui n’en a pas en met un en place avant d’aller ailleurs que dans son propre compte, et le dernier ne peut pas être supprimé.
passkeys-asks-free = Chaque membre décide lui-même d’avoir un second facteur.
passkeys-asks-asked = Chaque membre a besoin d’un second facteur.
passkeys-asks-without = { $count ->
    [0] Chaque membre en a un.
    [one] { $count } membre n’en a pas encore.
   *[other] { $count } membres n’en ont pas encore.
}
passkeys-asks-ask = Demander un second facteur à chaque membre
passkeys-asks-leave = Laisser le choix aux membres
passkeys-asks-own = Vous n’avez pas vous-même de second facteur. Mettez-en d’abord un en place dans votre compte.
passkeys-asks-you = Une de vos organisations demande un second facteur à ses membres. Mettez-en un en place pour continuer : une clé d’accès, ou une application d’authentification.
manager-act-factor-ask = A demandé un second facteur à chaque membre
manager-act-factor-free = A laissé le second facteur au choix des membres
manager-act-passkey-add = A ajouté une clé d’accès
manager-act-passkey-remove = A supprimé une clé d’accès
manager-act-second-factor-remove = A supprimé son application d’authentification
