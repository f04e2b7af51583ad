//! Signing in with a device password that is proved and not said (RFC 5802, RFC 7677, as RFC 4954 carries it).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bus::Protocol;
use domain::{EmailAddress, Secret};
use identity::{ScramClaim, SignInError};
use wire::sasl::{Binding, Claim, Mechanism, Opening, ScramFault, ScramServer, server_final};
use wire::smtp::{CredentialFault, Reply};

use crate::conversation::{Conversation, Ending};

impl Conversation {
    /// `AUTH SCRAM-SHA-256` and its `PLUS`.
    pub(crate) async fn scram(
        &mut self,
        mechanism: Mechanism,
        initial: Option<Secret<String>>,
    ) -> Result<Reply, Ending> {
        let first = match initial {
            Some(first) => first.reveal().clone(),
            None => self.challenge("").await?,
        };
        let opening = match self.smtp.parts.identity.scram_opening().await {
            Ok(opening) => opening,
            Err(error) => return Ok(self.sign_in_failed(error)),
        };
        let opening = Opening { salt: opening.salt, iterations: opening.iterations, nonce: opening.nonce };
        let begun = decode(&first)
            .and_then(|first| Ok(ScramServer::begin(mechanism, &self.binding(), &first, &opening)?));
        let (server, answer) = match begun {
            Ok(begun) => begun,
            Err(fault) => return Ok(self.scram_failed(fault)),
        };
        let user = server.user().trim().parse::<EmailAddress>();
        let last = self.challenge(&STANDARD.encode(answer)).await?;
        let claim = match decode(&last).and_then(|last| Ok(server.finish(&last)?)) {
            Ok(claim) => claim,
            Err(fault) => return Ok(self.scram_failed(fault)),
        };
        let Ok(address) = user else { return Ok(self.sign_in_failed(SignInError::Wrong)) };
        self.judge(&address, claim).await
    }

    /// Opens the address if the claim is right, and proves it to the program in turn.
    async fn judge(&mut self, address: &EmailAddress, claim: Claim) -> Result<Reply, Ending> {
        let Claim { message, proof } = claim;
        let (claim, ip) = (ScramClaim { message, proof }, self.peer().ip());
        let identity = &self.smtp.parts.identity;
        let judged = identity.sign_in_device_scram(address, &claim, Protocol::Submission, ip).await;
        let (actor, answer) = match judged {
            Ok(judged) => judged,
            Err(error) => return Ok(self.sign_in_failed(error)),
        };
        // A success has no place for data (RFC 4954 §4): it is one more challenge, answered with nothing.
        match self.challenge(&STANDARD.encode(server_final(&answer))).await?.as_str() {
            "" => Ok(self.signed_in(actor)),
            "*" => Ok(CredentialFault::Cancelled.reply()),
            _ => Ok(CredentialFault::Shape.reply()),
        }
    }

    /// What this connection can be bound by.
    pub(crate) fn binding(&self) -> Binding {
        let value = self.connection.as_ref().and_then(net::stream::Connection::channel_binding);
        value.map_or(Binding::None, Binding::Exporter)
    }

    fn scram_failed(&mut self, fault: Fault) -> Reply {
        match fault {
            Fault::Encoding(fault) => fault.reply(),
            Fault::Scram(ScramFault::Malformed) => CredentialFault::Shape.reply(),
            Fault::Scram(ScramFault::OnBehalf) => CredentialFault::OnBehalf.reply(),
            Fault::Scram(fault @ ScramFault::Binding) => {
                self.mistakes += 1;
                Reply::new(535, "5.7.8", &fault.to_string())
            }
        }
    }
}

/// Why an exchange ends without anybody being judged.
enum Fault {
    Encoding(CredentialFault),
    Scram(ScramFault),
}

impl From<ScramFault> for Fault {
    fn from(fault: ScramFault) -> Self {
        Self::Scram(fault)
    }
}

fn decode(response: &str) -> Result<Vec<u8>, Fault> {
    match response {
        "*" => Err(Fault::Encoding(CredentialFault::Cancelled)),
        _ => STANDARD.decode(response).map_err(|_| Fault::Encoding(CredentialFault::Encoding)),
    }
}
