//! Signing in with a device password (RFC 4954).

use bus::Protocol;
use domain::EmailAddress;
use identity::{Actor, SignInError};
use wire::sasl::Binding;
use wire::smtp::{Command, Credentials, LOGIN_SECRET_CHALLENGE, LOGIN_USER_CHALLENGE, Mechanism, Reply};

use crate::Service;
use crate::conversation::{Conversation, Ending};
use crate::replies;

impl Conversation {
    /// `AUTH`: asks for what is missing, and opens the address of a device password.
    pub(crate) async fn auth(
        &mut self,
        mechanism: Mechanism,
        initial: Option<domain::Secret<String>>,
    ) -> Result<Reply, Ending> {
        if let Some(refusal) = self.auth_refused() {
            return Ok(refusal);
        }
        let credentials = match (mechanism, initial) {
            (Mechanism::Scram(mechanism), initial) => return self.scram(mechanism, initial).await,
            (Mechanism::Plain, Some(response)) => Credentials::plain(response.reveal()),
            (Mechanism::Plain, None) => Credentials::plain(&self.challenge("").await?),
            (Mechanism::Login, initial) => {
                let user = match initial {
                    Some(user) => user.reveal().clone(),
                    None => self.challenge(LOGIN_USER_CHALLENGE).await?,
                };
                let secret = self.challenge(LOGIN_SECRET_CHALLENGE).await?;
                Credentials::login(&user, &secret)
            }
        };
        let credentials = match credentials {
            Ok(credentials) => credentials,
            Err(fault) => return Ok(fault.reply()),
        };
        match self.open(&credentials).await {
            Ok(actor) => Ok(self.signed_in(actor)),
            Err(error) => Ok(self.sign_in_failed(error)),
        }
    }

    /// Somebody is known from here on.
    pub(crate) fn signed_in(&mut self, actor: Actor) -> Reply {
        self.actor = Some(actor);
        Reply::new(235, "2.7.0", "Signed in.")
    }

    /// The ways to sign in, the best first.
    pub(crate) fn mechanisms(&self) -> &'static str {
        match self.binding() {
            Binding::Exporter(_) => "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN",
            Binding::None => "SCRAM-SHA-256 PLAIN LOGIN",
        }
    }

    fn auth_refused(&self) -> Option<Reply> {
        if self.service == Service::Reception {
            return Some(Reply::new(502, "5.5.1", "Nobody signs in here: use the submission port."));
        }
        if self.actor.is_some() {
            return Some(replies::out_of_order("You have signed in already."));
        }
        if !self.may_say_secrets() {
            return Some(Reply::new(538, "5.7.11", "Encrypt the connection first: STARTTLS."));
        }
        None
    }

    async fn open(&self, credentials: &Credentials) -> Result<Actor, SignInError> {
        let address: EmailAddress = credentials.user.trim().parse().map_err(|_| SignInError::Wrong)?;
        let ip = self.peer().ip();
        let identity = &self.smtp.parts.identity;
        identity.sign_in_device(&address, &credentials.secret, Protocol::Submission, ip).await
    }

    pub(crate) fn sign_in_failed(&mut self, error: SignInError) -> Reply {
        match error {
            SignInError::Wrong | SignInError::Expired => {
                self.mistakes += 1;
                Reply::new(535, "5.7.8", "The address or the device password is wrong.")
            }
            SignInError::Throttled(wait) => {
                self.mistakes += 1;
                let text = format!("Too many failed attempts: wait {} seconds.", wait.as_secs().max(1));
                Reply::new(454, "4.7.0", &text)
            }
            SignInError::Unavailable => Reply::new(454, "4.7.0", "Nobody can sign in now: try again later."),
        }
    }

    /// Says a challenge and reads what is answered.
    pub(crate) async fn challenge(&mut self, challenge: &str) -> Result<String, Ending> {
        self.say_raw(format!("334 {challenge}\r\n").as_bytes()).await?;
        let line = self.line().await?;
        Ok(line.map(|line| String::from_utf8_lossy(&line).into_owned()).unwrap_or_default())
    }
}

/// Whether a command may come before signing in, at submission.
pub(crate) const fn needs_sign_in(command: &Command) -> bool {
    matches!(command, Command::Mail(_) | Command::Rcpt(_) | Command::Data)
}
