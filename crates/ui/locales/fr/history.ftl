# Qui a changé quoi à une adresse.
history-title = Historique
history-intro = Qui a changé quoi à cette adresse : ses accès, ses mots de passe d’appareil et ses réglages, et ce qui a été restauré.
history-search = Chercher une personne
history-none = Rien trouvé
history-none-hint = Rien n’a été changé à cette adresse, ou personne de ce nom ne l’a fait.
history-when = Quand
history-who = Qui
history-what = Quoi
