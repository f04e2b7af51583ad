common-copy = Copier
common-copied = Copié
common-cancel = Annuler
common-save = Enregistrer
common-next = Continuer
common-back = Retour
common-close = Fermer
common-delete = Supprimer
common-offline = Le serveur est injoignable. Ce que vous voyez n’est peut-être plus à jour.
common-failed = Cela n’a pas fonctionné. Essayez de nouveau.
common-skip = Aller au contenu
common-places = Espaces
common-theme = Clair ou sombre
common-seconds = { $count ->
    [one] { $count } seconde
   *[other] { $count } secondes
}
common-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
common-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
place-mail = Mail
place-manager = Manager
place-account = Mon compte
account-menu = Menu du compte
account-sign-out = Se déconnecter

form-error-summary = Quelque chose demande votre attention

month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre

permission-legend = Permissions
permission-reading = Quiconque a l’accès peut lire, classer et supprimer les messages. Chaque interrupteur permet une chose de plus.
permission-all-on = Tout activer
permission-all-off = Tout désactiver
permission-is-on = activé
permission-is-off = désactivé
permission-of = { $permission } ({ $whose })
permission-read = Lire et classer les messages
permission-devices = Appareils
permission-devices-hint = utiliser l’adresse dans d’autres programmes, avec des mots de passe d’appareil
permission-auto-replies = Réponses automatiques
permission-auto-replies-hint = définir des réponses automatiques
permission-signatures = Signatures
permission-signatures-hint = modifier les signatures, noms d’expéditeur et adresses de réponse
permission-redirections = Redirections
permission-redirections-hint = transférer les messages vers d’autres adresses
permission-aliases = Alias
permission-aliases-hint = modifier les variantes de l’adresse
permission-history = Historique
permission-history-hint = voir qui a fait quoi, et le journal des messages
permission-restorations = Restaurations
permission-restorations-hint = voir et restaurer les messages supprimés
permission-filters = Filtres
permission-filters-hint = modifier les filtres de spam et de promotions
permission-rules = Règles
permission-rules-hint = modifier les règles de tri
permission-folders = Dossiers
permission-folders-hint = créer, renommer et supprimer des dossiers
permission-security = Sécurité
permission-security-hint = bloquer et approuver des expéditeurs
permission-send = Envoyer
permission-send-hint = envoyer des messages depuis l’adresse

proof-title = Confirmez que c’est bien vous
proof-intro = Ce changement est sensible. Saisissez le mot de passe de votre propre compte pour continuer ; rien de ce que vous avez rempli n’est perdu.
proof-password = Votre mot de passe
proof-confirm = Confirmer
proof-wrong = Ce n’est pas votre mot de passe.
proof-throttled = Trop de tentatives. Réessayez dans { $wait }.

fault-not-found-title = Il n’y a rien ici
fault-not-found = Cette page n’existe pas, ou ne vous est pas destinée.
fault-not-found-hint = Vérifiez l’adresse, ou repartez du début.
fault-unavailable-title = Indisponible pour le moment
fault-unavailable = Le serveur n’atteint pas ses données. Rien n’est perdu ; réessayez dans un instant.
fault-internal-title = Quelque chose a échoué ici
fault-internal = L’erreur vient de nous, et elle a été consignée. Réessayez dans un instant.
fault-forged-title = Ce formulaire est trop ancien
fault-forged = La page est restée ouverte trop longtemps, ou la requête vient d’ailleurs. Revenez en arrière, rechargez la page et envoyez de nouveau.
fault-too-large-title = C’est trop volumineux
fault-too-large = Ce que vous avez envoyé dépasse ce que ce serveur accepte.
fault-home = Retour au début
