# Les messages en cours d’envoi depuis les adresses d’un service de messagerie.
queue-title = En cours d’envoi
queue-intro = Les messages de ces adresses qui ne sont pas encore parvenus à tous leurs destinataires. Ils sont retentés pendant cinq jours, puis rendus à leur expéditeur. Leur contenu n’est pas affiché.
queue-none = Aucun message en cours d’envoi
queue-none-hint = Un message figure ici tant qu’un autre serveur ne l’accepte pas, ou lorsqu’il vient d’être envoyé.
queue-from = De
queue-to = À
queue-accepted = Envoyé
queue-nobody = Le serveur
queue-state-new = Pas encore tenté
queue-state-waiting = { $count ->
    [one] Tenté une fois, prochain essai le { $next }
   *[other] Tenté { $count } fois, prochain essai le { $next }
 }
queue-state-cancelled = Abandonné ; l’expéditeur va être prévenu
queue-more = { $count ->
    [one] et un autre
   *[other] et { $count } autres
 }
queue-settled = { $count ->
    [one] Un autre destinataire est réglé
   *[other] { $count } autres destinataires sont réglés
 }
queue-retry = Réessayer maintenant
queue-retry-label = Réessayer maintenant : de { $from } à { $to }
queue-cancel = Abandonner
queue-cancel-label = Abandonner : de { $from } à { $to }
queue-next = Messages suivants
queue-retried = Le message est retenté immédiatement.
queue-cancelled = Le message est abandonné. Son expéditeur reçoit un rapport.
queue-busy = Ce message est en cours d’envoi. Regardez à nouveau dans un instant.
queue-act-retry = A fait retenter un message
queue-act-cancel = A abandonné un message en cours d’envoi
