//! `AUTHENTICATE`: PLAIN, SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 9051 §6.2.2, RFC 4616, RFC 5802, RFC 7677, RFC 4959).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bus::Protocol;
use domain::{EmailAddress, Secret};
use identity::ScramClaim;
use wire::imap::Code;
use wire::sasl::{Claim, Mechanism, Opening, ScramFault, ScramServer, server_final};

use super::{Conversation, Ending};
use crate::answer::{Refusal, wrong_credentials};
use crate::scope::Scope;
use crate::sign_in;

/// Said when a client thinks better of it.
const TAKEN_BACK: Refusal = Refusal::Bad("Taken back.");
/// Said of what is no message of the mechanism.
const NO_SCRAM: Refusal = Refusal::Bad("This is no message of SCRAM.");

impl Conversation {
    /// Opens what somebody may open who proves who they are.
    pub(super) async fn authenticate(
        &mut self,
        mechanism: &str,
        initial: Option<Secret<String>>,
    ) -> Result<Result<Scope, Refusal>, Ending> {
        let scram = Mechanism::named(mechanism);
        if mechanism != "PLAIN" && scram.is_none() {
            return Ok(Err(Refusal::no(Code::CANNOT, "This mechanism is not known.")));
        }
        if let Err(refusal) = sign_in::check_privacy(self.privacy) {
            return Ok(Err(refusal));
        }
        let first = match initial {
            Some(initial) => initial.reveal().clone(),
            None => match self.challenge("").await? {
                Ok(first) => first,
                Err(refusal) => return Ok(Err(refusal)),
            },
        };
        match scram {
            Some(scram) => self.scram(scram, &first).await,
            None => match sign_in::plain(&first) {
                Ok(credentials) => Ok(self.open(&credentials).await),
                Err(refusal) => Ok(Err(refusal)),
            },
        }
    }

    async fn scram(&mut self, mechanism: Mechanism, first: &str) -> Result<Result<Scope, Refusal>, Ending> {
        let (server, answer) = match self.begin(mechanism, first).await {
            Ok(begun) => begun,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let user = server.user().parse::<EmailAddress>();
        let last = match self.challenge(&BASE64_STANDARD.encode(answer)).await? {
            Ok(last) => last,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let claim = match decode(&last).and_then(|last| server.finish(&last).map_err(refused)) {
            Ok(Claim { message, proof }) => ScramClaim { message, proof },
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Ok(address) = user else { return Ok(Err(wrong_credentials())) };
        let identity = self.imap.identity();
        let judged = identity.sign_in_device_scram(&address, &claim, Protocol::Imap, self.from).await;
        let (actor, proof) = match judged {
            Ok(judged) => judged,
            Err(error) => return Ok(Err(sign_in::refused(error))),
        };
        // A success has no place for data (RFC 9051 §6.2.2): it is one more challenge, answered with nothing.
        Ok(match self.challenge(&BASE64_STANDARD.encode(server_final(&proof))).await? {
            Ok(nothing) if nothing.is_empty() => sign_in::opened(&self.imap, actor).await,
            Ok(_) => Err(NO_SCRAM),
            Err(refusal) => Err(refusal),
        })
    }

    async fn begin(&mut self, mechanism: Mechanism, first: &str) -> Result<(ScramServer, String), Refusal> {
        let first = decode(first)?;
        let opening = self.imap.identity().scram_opening().await.map_err(sign_in::refused)?;
        let opening = Opening { salt: opening.salt, iterations: opening.iterations, nonce: opening.nonce };
        ScramServer::begin(mechanism, &self.connection.binding(), &first, &opening).map_err(refused)
    }

    /// Says something and gives what is answered, unless that is that the client thinks better of it.
    async fn challenge(&mut self, words: &str) -> Result<Result<String, Refusal>, Ending> {
        self.connection.writer.continuation(words);
        self.flush().await?;
        let line = self.line().await?;
        Ok(if line == "*" { Err(TAKEN_BACK) } else { Ok(line) })
    }
}

fn decode(response: &str) -> Result<Vec<u8>, Refusal> {
    BASE64_STANDARD.decode(response.trim_end()).map_err(|_| NO_SCRAM)
}

fn refused(fault: ScramFault) -> Refusal {
    match fault {
        ScramFault::Malformed => NO_SCRAM,
        ScramFault::OnBehalf => wrong_credentials(),
        ScramFault::Binding => {
            Refusal::no(Code::AUTHENTICATION_FAILED, "The connection is not bound as it should be.")
        }
    }
}
