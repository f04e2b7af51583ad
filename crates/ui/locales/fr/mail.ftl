mail-addresses-and-folders = Adresses et dossiers
mail-folders = Dossiers
mail-messages = Messages
mail-message = Message
mail-write = Écrire
mail-settings = Réglages
mail-settings-of = Réglages de { $address }
mail-unread-count = { $count ->
    [one] { $count } message non lu
   *[other] { $count } messages non lus
}
mail-folder-inbox = Boîte de réception
mail-folder-drafts = Brouillons
mail-folder-sent = Envoyés
mail-folder-junk = Indésirables
mail-folder-trash = Corbeille
mail-folder-archive = Archives

mail-no-address = Vous n’avez pas encore d’adresse e-mail
mail-no-address-hint = Créez-en une dans le Manager, ou demandez à la personne qui gère une adresse de vous y donner accès. Elle apparaîtra ici aussitôt, sans recharger la page.
mail-open-manager = Ouvrir le Manager

mail-search = Rechercher
mail-search-again = Relancer la recherche
mail-search-ends = Retour au dossier
mail-everywhere = Dans tous les dossiers sauf Indésirables et Corbeille
mail-nothing-found = Aucun résultat
mail-nothing-found-hint = Essayez moins de mots, le début d’un mot, ou tous les dossiers.
mail-folder-empty = Rien ici
mail-folder-empty-hint = Les nouveaux messages apparaissent ici d’eux-mêmes.
mail-none-open = Aucun message n’est ouvert
mail-older = Messages plus anciens
mail-today = Aujourd’hui
mail-yesterday = Hier
mail-unread = Non lu :
mail-answered = Répondu
mail-has-attachment = Pièce jointe
mail-starred = Avec étoile
mail-no-subject = (sans objet)
mail-nobody = Expéditeur inconnu
mail-to-whom = À : { $who }
mail-to-nobody = Encore sans destinataire
mail-more-people = { $count ->
    [one] et { $count } autre
   *[other] et { $count } autres
}
mail-bytes = { $count ->
    [one] { $count } octet
   *[other] { $count } octets
}
mail-kilobytes = { $size } Ko
mail-megabytes = { $whole },{ $tenth } Mo

mail-back-to-list = Retour à la liste
mail-from = De
mail-reply-to = Réponses à
mail-to = À
mail-cc = Copie à
mail-bcc = Copie cachée à
mail-date = Date
mail-subject = Objet
mail-text = Texte
mail-attachments = Pièces jointes
mail-message-text = Texte du message
mail-images-blocked = Les images qu’il faudrait chercher ailleurs ne sont pas affichées : les chercher dirait à l’expéditeur que vous lisez ce message.
mail-cut = Ce message est trop long pour être affiché en entier. Enregistrez-le pour tout lire.
mail-source = Source
mail-eml = Enregistrer le message
mail-gone = Ce message n’est plus ici
mail-gone-hint = Quelqu’un l’a déplacé ou supprimé. Recherchez-le, ou regardez dans Archives et Corbeille.

mail-reply = Répondre
mail-reply-all = Répondre à tous
mail-forward = Transférer
mail-star = Ajouter une étoile
mail-unstar = Retirer l’étoile
mail-mark-unread = Marquer comme non lu
mail-mark-read = Marquer comme lu
mail-archive = Archiver
mail-junk = Indésirable
mail-not-junk = Pas indésirable
mail-to-inbox = Remettre dans la boîte de réception
mail-delete = Supprimer
mail-delete-for-good = Supprimer définitivement
mail-sure = « { $subject } » disparaîtra de tous les dossiers, pour toutes les personnes qui ont accès à cette adresse. Pendant 30 jours, les paramètres de l’adresse permettent de le restaurer ; ensuite il est détruit.
mail-undo = Annuler

mail-done-sent = Envoyé.
mail-done-drafted = Le brouillon est enregistré.
mail-done-archived = Le message a été archivé.
mail-done-junked = Le message a été déplacé dans Indésirables.
mail-done-moved = Le message a été remis dans la boîte de réception.
mail-done-deleted = Le message a été déplacé dans la corbeille.
mail-done-destroyed = Le message a été supprimé définitivement.
mail-done-unread = Le message est marqué comme non lu.
mail-done-undone = Annulé : le message est de retour.
mail-done-gone = Le message se trouve ailleurs : quelqu’un d’autre l’a déplacé ou supprimé.

mail-no-sending = L’envoi depuis { $address } est désactivé pour vous. Demandez à la personne qui gère l’adresse d’activer « Envoyer ».
mail-no-sending-hint = Vous pouvez continuer à lire et à classer ses messages.

mail-title-new = Nouveau message
mail-title-answer = Réponse
mail-title-forward = Transfert
mail-title-draft = Brouillon
mail-send = Envoyer
mail-save-draft = Enregistrer le brouillon
mail-carried = Déjà joints
mail-quote-opening = Le { $date }, { $name } a écrit :
mail-forward-opening = ---------- Message transféré ----------

mail-fault-address = « { $address } » n’est pas une adresse e-mail. Écrivez-la sous la forme nom@exemple.com, et séparez-en plusieurs par des virgules.
mail-fault-too-many-today = Avec ce message, l’adresse aurait écrit à plus de { $count } personnes en 24 heures. Réessayez plus tard, ou écrivez à moins de personnes.
mail-fault-too-many = { $count ->
    [one] Un message peut avoir { $count } destinataire au plus.
   *[other] Un message peut avoir { $count } destinataires au plus. Envoyez-le en plusieurs fois.
}
mail-fault-too-long = Cette liste de destinataires est trop longue. Envoyez le message en plusieurs fois.
mail-fault-no-recipient = Dites à qui le message est destiné : remplissez À, Copie à ou Copie cachée à.
mail-fault-from-gone = On ne peut plus envoyer depuis cette adresse. Choisissez-en une autre.
mail-fault-too-large = Le message est trop volumineux : avec ses pièces jointes, il peut faire { $limit } au plus, et les pièces jointes grossissent d’un tiers à l’envoi. Retirez-en.
mail-fault-full = L’adresse n’a plus de place, et aucune copie n’a pu être gardée. Rien n’a été envoyé. Supprimez des messages, ou demandez plus de place à la personne qui gère l’adresse.
mail-fault-later = Le serveur ne peut pas prendre le message pour le moment. Rien n’a été envoyé, et ce que vous avez écrit est toujours là. Réessayez dans un instant.
mail-fault-files-again = Les fichiers que vous aviez choisis n’ont pas pu être gardés. Choisissez-les de nouveau.
mail-fault-attachment-gone = L’une des pièces jointes n’existe plus. Décochez-la, ou joignez le fichier de nouveau.

mail-signed-out = Vous êtes déconnecté
mail-signed-out-hint = Votre session est terminée, et les messages affichés ici ont été retirés. Connectez-vous pour continuer.
mail-sign-in = Se connecter
mail-access-removed = Vous n’avez plus accès à { $address }
mail-access-removed-unnamed = Vous n’avez plus accès à cette adresse
mail-access-removed-hint = Votre accès a été retiré ou n’est plus valable à ce moment, et les messages affichés ici ont été retirés. Adressez-vous à la personne qui gère l’adresse si c’est une erreur.
mail-other-addresses = Vers mes autres adresses

mail-back-to-mail = Retour aux messages
mail-people = Personnes
mail-people-intro = Plusieurs personnes peuvent ouvrir cette adresse, chacune avec son propre compte. Aucun mot de passe n’est transmis.
mail-invite = Inviter un utilisateur
mail-invite-not-yours = Seul un représentant légal ou un administrateur de l’organisation de { $address } peut inviter d’autres personnes. Adressez-vous à l’un d’eux.
mail-invite-login = Quelqu’un se connecte avec { $address } : une telle adresse ne peut pas être partagée. Son utilisateur doit d’abord choisir une autre adresse de connexion.
mail-devices = Appareils
mail-devices-intro = Pour utiliser cette adresse dans un autre programme, sur un téléphone par exemple, créez un mot de passe d’appareil : un par programme. Il n’ouvre que cette adresse, et prend fin avec votre accès.
mail-no-devices = Vous n’avez pas de mot de passe d’appareil pour cette adresse.
mail-no-devices-allowed = Les mots de passe d’appareil de { $address } sont désactivés pour vous. Demandez à la personne qui gère l’adresse d’activer « Appareils ».
mail-device-name = Nom de l’appareil
mail-device-name-hint = Pour le reconnaître : « Téléphone », « Thunderbird au bureau ».
mail-device-add = Créer un mot de passe d’appareil
mail-device-fault-name = Donnez un nom à l’appareil, pour le reconnaître dans cette liste.
mail-device-fault-many = Vous avez autant de mots de passe d’appareil qu’une adresse en permet. Révoquez-en un dont vous ne vous servez plus.
mail-device-secret = Mot de passe d’appareil
mail-device-secret-once = Saisissez-le maintenant dans le programme : il n’est affiché que cette fois-ci.
mail-device-user = Nom d’utilisateur
mail-device-incoming = Courrier entrant (IMAP)
mail-device-outgoing = Courrier sortant (SMTP)
mail-device-used = Utilisé la dernière fois le { $when }
mail-device-used-from = Utilisé la dernière fois le { $when } depuis { $from }
mail-device-unused = Pas encore utilisé
mail-device-made = créé le { $when }
mail-device-revoke = Révoquer
mail-device-revoke-named = Révoquer { $name }
mail-device-revoked = Le mot de passe d’appareil est révoqué. Tout ce qui était ouvert avec lui est fermé.
