//! What a mail service sets for all its addresses: signature models (S12), blocked and approved senders (S14).

use axum::response::{IntoResponse, Redirect, Response};
use domain::{ServiceRight, SignatureId};
use mailbox::desk::ServiceDesk;
use mailbox::{SenderError, SettingsError, SignatureError};
use ui::Html;
use web::setting::{self, SIGNATURE_FORM_BYTES, TypedSender, TypedSignature};
use web::{Asks, Fault, Id, Pages, Posted, PostedFile, SignedIn, Visitor, Who};

use super::Shown;
use crate::frame::{Frame, Section};

/// These pages.
pub(super) fn pages() -> Pages {
    const LOOK: Who = Who::ServiceViewer;
    const WHO: Who = Who::MailManager;
    let (new, one) =
        ("/manager/services/{service}/signatures/new", "/manager/services/{service}/signatures/{signature}");
    Pages::new()
        .get("/manager/services/{service}/senders", LOOK, senders)
        .post("/manager/services/{service}/senders", WHO, Asks::Nothing, change_senders)
        .get("/manager/services/{service}/signatures", LOOK, models)
        .post("/manager/services/{service}/signatures", WHO, Asks::Nothing, delete_model)
        .get(new, WHO, begin_model)
        .post_files(new, WHO, SIGNATURE_FORM_BYTES, add_model)
        .get(one, LOOK, show_model)
        .post_files(one, WHO, SIGNATURE_FORM_BYTES, change_model)
}

fn path(desk: &ServiceDesk, page: &str) -> String {
    format!("/manager/services/{}/{page}", desk.id())
}

/// Why nothing can be changed; none when it can.
fn because(signed_in: &SignedIn, desk: &ServiceDesk) -> Option<String> {
    match desk.right() {
        ServiceRight::Manage => None,
        ServiceRight::Consult => Some(signed_in.l().t("settings-lacks-management")),
    }
}

async fn framed(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    (shown, key): (Shown, &str),
    content: Html,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let frame = Frame::of(signed_in, desk.organization()).await?;
    let title = format!("{} · {}", l.t(key), desk.name());
    Ok(frame.page(Section::MailService, &title, Html::join([super::head(l, desk, shown), content])))
}

async fn senders(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    sender_page(&signed_in, &desk, TypedSender::default()).await
}

async fn sender_page(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    typed: TypedSender,
) -> Result<Response, Fault> {
    let list = desk.senders(&setting::behind(&signed_in.visitor)).await?;
    let (csrf, because) = (signed_in.visitor.csrf(), because(signed_in, desk));
    let content = setting::sender_list(signed_in.l(), csrf, path(desk, "senders"), because, list, typed);
    framed(signed_in, desk, (Shown::Senders, "settings-senders"), content).await
}

/// Lists a sender, takes one from the list, or chooses what becomes of blocked mail.
async fn change_senders(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let typed = TypedSender::sent(&posted);
    match posted.text("act") {
        "list" => {
            let fault = match typed.read() {
                Ok((pattern, standing)) => match desk.list_sender(&pattern, standing).await {
                    Ok(()) => None,
                    Err(SenderError::Settings(error)) => return Err(error.into()),
                    Err(SenderError::TooMany) => Some("settings-senders-many"),
                },
                Err(key) => Some(key),
            };
            if let Some(key) = fault {
                return Ok(Visitor::refused(sender_page(&signed_in, &desk, typed.faulty(key)).await?));
            }
        }
        "unlist" => desk.unlist_sender(posted.text("pattern")).await?,
        "blocked" => desk.set_blocked_mail(setting::blocked_way(&posted)?).await?,
        _ => return Err(Fault::NotFound),
    }
    Ok(Redirect::to(&path(&desk, "senders")).into_response())
}

async fn models(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    let (csrf, because) = (signed_in.visitor.csrf(), because(&signed_in, &desk));
    let all = desk.signature_models().await?;
    let content = setting::model_list(signed_in.l(), csrf, path(&desk, "signatures"), because, all);
    framed(&signed_in, &desk, (Shown::Models, "settings-models"), content).await
}

async fn delete_model(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    desk.delete_signature_model(posted.text("signature").parse().map_err(|_| Fault::NotFound)?).await?;
    Ok(Redirect::to(&path(&desk, "signatures")).into_response())
}

async fn begin_model(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    model_page(&signed_in, &desk, None, TypedSignature::default(), None).await
}

async fn add_model(id: Id, form: PostedFile) -> Result<Response, Fault> {
    let signed_in = form.posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let typed = TypedSignature::sent(&form);
    let fault = match typed.made(None) {
        Ok(new) => match desk.add_signature_model(&new).await {
            Ok(_) => return Ok(Redirect::to(&path(&desk, "signatures")).into_response()),
            Err(SignatureError::Settings(error)) => return Err(error.into()),
            Err(SignatureError::TooMany) => ("name", "settings-signature-many"),
        },
        Err(fault) => fault,
    };
    Ok(Visitor::refused(model_page(&signed_in, &desk, None, typed, Some(fault)).await?))
}

async fn show_model(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    let view = desk.signature_model(id.of("signature")?).await?;
    model_page(&signed_in, &desk, Some(view.id), TypedSignature::of(&view), None).await
}

async fn change_model(id: Id, form: PostedFile) -> Result<Response, Fault> {
    let signed_in = form.posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let old = desk.signature_model(id.of("signature")?).await?;
    let typed = TypedSignature::sent(&form);
    match typed.made(Some(&old)) {
        Ok(new) => {
            desk.change_signature_model(old.id, &new).await.map_err(SettingsError::from)?;
            Ok(Redirect::to(&path(&desk, "signatures")).into_response())
        }
        Err(fault) => {
            let typed = typed.beside(&old);
            Ok(Visitor::refused(model_page(&signed_in, &desk, Some(old.id), typed, Some(fault)).await?))
        }
    }
}

async fn model_page(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    id: Option<SignatureId>,
    typed: TypedSignature,
    fault: Option<(&'static str, &str)>,
) -> Result<Response, Fault> {
    let (list, because) = (path(desk, "signatures"), because(signed_in, desk));
    let content = setting::signature_form(signed_in, list, id, typed, because, fault);
    framed(signed_in, desk, (Shown::Models, "settings-models"), content).await
}
