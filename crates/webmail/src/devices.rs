//! One's own device passwords: made and taken away (P1, D1, D3).

use axum::response::{IntoResponse, Redirect, Response};
use domain::Permission;
use mailbox::MailError;
use ui::FieldFault;
use web::{Fault, Posted, Visitor};

use crate::here::Here;
use crate::settings::{self, NAME, State};

/// `POST /mail/{mailbox}/devices`: makes one; its secret is shown in the answer and never again.
pub(crate) async fn add(here: Here, posted: Posted) -> Result<Response, Fault> {
    let l = here.l();
    let name = posted.text(NAME).trim().to_owned();
    if name.is_empty() {
        return refused(&here, name, l.t("mail-device-fault-name")).await;
    }
    let proof = posted.proof().await?;
    let words = match here.mailbox.add_device(&proof.confirmed, &name).await {
        Ok(made) => {
            let secret = Some(made.secret.reveal().clone());
            return settings::html(&here, State { secret, ..State::default() }).await;
        }
        Err(MailError::MayNot(Permission::Devices)) => {
            settings::no_devices(l, &here.mailbox.address().to_string())
        }
        Err(MailError::TooMany(_)) => l.t("mail-device-fault-many"),
        Err(error) => return Err(error.into()),
    };
    refused(&here, name, words).await
}

/// `POST /mail/{mailbox}/devices/{device}/revoke`: takes one away; what was opened with it ends.
pub(crate) async fn revoke(here: Here, _posted: Posted) -> Result<Response, Fault> {
    match here.mailbox.revoke_device(here.id("device")?).await {
        Ok(()) => Ok(Redirect::to(&format!("{}/settings?revoked=on", here.path())).into_response()),
        Err(MailError::MayNot(Permission::Devices)) => {
            let words = settings::no_devices(here.l(), &here.mailbox.address().to_string());
            refused(&here, String::new(), words).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn refused(here: &Here, name: String, words: String) -> Result<Response, Fault> {
    let faults = vec![FieldFault { field: NAME, words }];
    let page = settings::html(here, State { name, faults, ..State::default() }).await?;
    Ok(Visitor::refused(page))
}
