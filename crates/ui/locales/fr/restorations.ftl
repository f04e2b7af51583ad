# Le courrier supprimé, et comment il revient.
restorations-title = Restaurations
restorations-intro = Ce qui a été supprimé des dossiers ou de la corbeille peut être restauré pendant 30 jours. Le message revient dans le dossier d’où il vient, marqué comme il l’était. Après 30 jours, il est détruit.
restorations-no-access = Le courrier supprimé reste du courrier : votre rôle gère cette adresse, et ne montre rien de son contenu. Les personnes dont l’accès a l’autorisation « Restaurations » le voient ici.
restorations-search = Chercher un objet ou un expéditeur
restorations-search-button = Chercher
restorations-none = Rien à restaurer
restorations-none-hint = Rien n’a été supprimé ces 30 derniers jours.
restorations-none-found = Rien trouvé
restorations-none-found-hint = Aucun message supprimé n’a ces mots dans son objet ou son expéditeur.
restorations-chosen = Choisi
restorations-subject = Objet
restorations-no-subject = (sans objet)
restorations-sender = Expéditeur
restorations-folder = Dossier
restorations-deleted = Supprimé
restorations-somebody = une personne dont le compte n’existe plus
restorations-with = { $name }, avec { $device }
restorations-choose = Choisir « { $subject } »
restorations-restore = Restaurer
restorations-restore-one = Restaurer « { $subject } »
restorations-restore-day = Tout restaurer du { $day }
restorations-restore-ticked = Restaurer ce qui est coché
restorations-done = { $count ->
    [0] Rien n’a été restauré : rien n’était coché, cela l’était déjà, ou le délai est passé.
    [one] { $count } message a été restauré.
   *[other] { $count } messages ont été restaurés.
}
restorations-full = Les autres n’ont pas de place : la boîte est pleine. Faites de la place, puis restaurez-les.
restorations-more = Il y en a d’autres : restaurez encore pour continuer.
restorations-act-restore = A restauré des messages supprimés
