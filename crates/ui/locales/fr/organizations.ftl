organizations-steps = Étapes
organizations-step-kind = Qui
organizations-step-rights = Rôle et droits
organizations-step-access = Ce qui est ouvert
organizations-step-person = Invitation
organizations-next = Suivant
organizations-kind = Qui faut-il ajouter ?
organizations-kind-missing = Choisissez l’un des deux.
organizations-kind-member = Membre de l’organisation
organizations-kind-member-hint = Représentant légal, administrateur ou collaborateur.
organizations-kind-external = Utilisateur externe
organizations-kind-external-hint = Ouvre les adresses que vous choisissez, sans devenir membre.
organizations-notices = Ce dont la personne est avertie
organizations-notice-billing-mail = Rappels de facturation par e-mail
organizations-notice-billing-sms = Rappels de facturation par SMS
organizations-notice-product-mail = Événements des produits par e-mail
organizations-notices-only-owner = Le seul représentant légal reçoit toujours ces rappels.
organizations-no-gateway = Aucun SMS ne peut être envoyé : ce serveur n’a pas de passerelle. La personne qui exploite le serveur peut en configurer une.
organizations-notices-own = Ce dont vous êtes averti
organizations-notices-own-of = Ce dont { $organization } vous avertit
organizations-products = Services mail
organizations-products-hint = Un collaborateur s’occupe des services mail que vous choisissez, et d’aucun autre.
organizations-products-none = L’organisation n’a pas encore de service mail.
organizations-right-none = Aucun droit
organizations-right-consult = Consulter
organizations-right-manage = Gérer
organizations-billing-right = Peut voir les offres et les factures
organizations-on = Oui
organizations-off = Non
organizations-role-and-rights = Rôle et droits
organizations-first-name = Prénom
organizations-last-name = Nom
organizations-phone = Téléphone, pour un SMS
organizations-phone-hint = Au format international, comme +41 44 668 18 00. Avec un numéro, le lien part aussi par SMS.
organizations-phone-bad = Ce n’est pas un numéro de téléphone au format international. Il commence par + et l’indicatif du pays.
organizations-send-sms-title = Envoyer par SMS
organizations-send-sms = Envoyer le SMS
organizations-texted-to = Un SMS a été envoyé au { $phone }.
organizations-sms-too-many = Trop de SMS ont été envoyés. Transmettez le lien autrement, ou attendez demain.
organizations-sms-invitation = { $organization } vous invite : { $link }
organizations-changed = Quelqu’un d’autre a changé cela entre-temps
organizations-changed-hint = Rien de ce que vous avez saisi n’a été enregistré. Le formulaire contient votre saisie : enregistrez à nouveau pour qu’elle compte, ou rouvrez la page pour garder ce qu’il y a maintenant.
organizations-changed-what = Quoi
organizations-changed-now = Maintenant
organizations-changed-yours = Votre saisie
organizations-consult-only = Vous pouvez consulter ce service mail, sans rien y changer. Demandez à un administrateur de l’organisation le droit de le gérer.
organizations-act-member-rights = A changé des droits
organizations-act-member-notices = A changé ce dont il est averti
organizations-act-place-text = A envoyé par SMS une invitation dans l’organisation
organizations-act-invitation-text = A envoyé une invitation par SMS
notice-rights-changed-subject = Vos droits dans { $organization } ont changé
notice-rights-changed-body =
    { $actor } a changé ce que vous pouvez faire dans { $organization }. Vous le voyez dans le Manager.
organizations-postal-address = Adresse postale
organizations-phone-own = Téléphone
organizations-phone-own-hint = Au format international, comme +41 44 668 18 00.
organizations-delete = Supprimer l’organisation
organizations-delete-hint = Seule une organisation vide peut être supprimée : sans service mail, sans équipe et sans autre membre.
organizations-delete-intro = { $organization } est supprimée définitivement. Son journal d’activité reste sur le serveur.
organizations-remains = Ce qui est encore là
organizations-remains-service = Le service mail { $name }. Supprimez ses adresses, ou transférez-le à une autre organisation.
organizations-remains-members = { $count ->
    [one] Un autre membre.
   *[other] { $count } autres membres.
}
organizations-remains-teams = { $count ->
    [one] Une équipe.
   *[other] { $count } équipes.
}
organizations-remains-invitations = { $count ->
    [one] Une invitation en attente.
   *[other] { $count } invitations en attente.
}
organizations-not-empty = L’organisation n’est pas vide. Mettez d’abord fin à ce qui figure ci-dessus.
organizations-transfer = Transférer à une autre organisation
organizations-transfer-intro = Quiconque ouvre le lien, et est représentant légal ou administrateur d’une autre organisation, peut y reprendre { $service }. Le courrier continue d’arriver et de partir entre-temps.
organizations-transfer-keeps = Chacun garde ses accès et ses mots de passe d’appareil ; rien de ce qui est ouvert n’est fermé.
organizations-transfer-teams = Les équipes restent ici. Ce que quelqu’un ouvre par une équipe devient après le transfert un accès qui lui est propre.
organizations-transfer-ends = Les droits des collaborateurs sur ce service mail et les invitations en attente à ses adresses prennent fin avec le transfert.
organizations-transfer-externals = Quiconque ouvre une adresse sans être membre de l’organisation en devient un utilisateur externe.
organizations-transfer-waits = L’offre attend jusqu’au { $moment }.
organizations-transfer-link = Lien de l’offre
organizations-transfer-once = Le lien est montré une fois, et compte une fois. Ne le donnez qu’à la personne qui doit recevoir le service mail.
organizations-transfer-offer = Créer le lien
organizations-transfer-anew = Créer un nouveau lien à la place
organizations-transfer-withdraw = Retirer l’offre
organizations-transfer-take = Reprendre le service mail
organizations-transfer-offered = { $organization } vous propose le service mail { $service }.
organizations-transfer-whose = Quelle organisation le reprend
organizations-transfer-whose-missing = Choisissez une organisation.
organizations-transfer-nobody = Vous n’êtes ni représentant légal ni administrateur d’une autre organisation. Créez-en d’abord une, puis rouvrez le lien.
organizations-transfer-too-many = L’organisation a autant de services mail qu’elle peut en avoir.
organizations-transfer-gone = Ce lien ne mène nulle part
organizations-transfer-gone-hint = Il a été utilisé ou retiré, ou son délai est passé. Demandez-en un nouveau à la personne qui vous l’a donné.
organizations-act-change = A changé la fiche de l’organisation
organizations-act-delete = A supprimé l’organisation
organizations-act-service-offer = A proposé un service mail à une autre organisation
organizations-act-service-withdraw = A retiré l’offre d’un service mail
organizations-act-service-give = A cédé un service mail à une autre organisation
organizations-act-service-take = A repris un service mail
notice-service-moved-subject = Le service mail { $what } a été transféré
notice-service-moved-body =
    { $actor } a transféré le service mail { $what }. Vous en êtes averti au titre de { $organization }. Le courrier, les accès et les mots de passe d’appareil restent comme avant.
organizations-outside = Où vous êtes utilisateur externe
organizations-outside-hint = Vous ouvrez certaines adresses de ces organisations, sans en être membre.
organizations-move = Transférer
