//! One signature: its text, its HTML, its picture, and how it is sent.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::SignatureId;
use mailbox::{
    Act, NewSignature, SIGNATURE_FIELDS, SavedSignature, SignatureError, SignatureFault, SignatureView,
    Writing, signature_picture,
};
use ui::{Area, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale, Tick};

use super::{SettingsPage, Side, because, notice, path_of};
use crate::{Fault, Id, PostedFile, SignedIn, Visitor};

/// How large the form with its picture may be, in bytes.
pub const FORM_BYTES: usize = 512 * 1024;

/// What stands in the form of a signature.
#[derive(Default)]
pub struct TypedSignature {
    name: String,
    sender_name: String,
    reply_to: String,
    text: String,
    html: String,
    is_for_new: bool,
    is_for_replies: bool,
    has_picture: bool,
    takes_picture_away: bool,
    file: Option<bytes::Bytes>,
}

impl TypedSignature {
    /// What a signature is.
    pub fn of(view: &SignatureView) -> Self {
        let signature = &view.signature;
        Self {
            name: signature.name().to_owned(),
            sender_name: signature.sender_name().to_owned(),
            reply_to: signature.reply_to().map(ToString::to_string).unwrap_or_default(),
            text: signature.body().text.clone(),
            html: signature.body().html.clone(),
            is_for_new: signature.is_for(Writing::New),
            is_for_replies: signature.is_for(Writing::Reply),
            has_picture: view.has_picture,
            ..Self::default()
        }
    }

    /// What was sent.
    pub fn sent(form: &PostedFile) -> Self {
        let text = |name: &str| form.posted.text(name).to_owned();
        Self {
            name: text("name"),
            sender_name: text("sender_name"),
            reply_to: text("reply_to"),
            text: text("text"),
            html: text("html"),
            is_for_new: form.posted.is_on("for_new"),
            is_for_replies: form.posted.is_on("for_replies"),
            takes_picture_away: form.posted.is_on("no_picture"),
            has_picture: false,
            file: form.file.clone(),
        }
    }

    /// The same beside the signature that it was to change: whether that has a picture is shown.
    #[must_use]
    pub fn beside(self, old: &SignatureView) -> Self {
        Self { has_picture: old.has_picture, ..self }
    }

    /// The signature that it makes: with the picture that was chosen, or the one that `old` has. Otherwise the field at
    /// fault, and the key of its words.
    pub fn made(&self, old: Option<&SignatureView>) -> Result<SavedSignature, (&'static str, &'static str)> {
        let picture = match &self.file {
            Some(file) => Some(signature_picture(file).ok_or(("picture", "settings-fault-picture"))?),
            None if self.takes_picture_away => None,
            None => old.and_then(|old| old.signature.body().picture.clone()),
        };
        let new = NewSignature {
            name: &self.name,
            sender_name: &self.sender_name,
            reply_to: &self.reply_to,
            text: &self.text,
            html: &self.html,
            picture,
            is_for_new: self.is_for_new,
            is_for_replies: self.is_for_replies,
        };
        SavedSignature::new(&new).map_err(said)
    }
}

/// The field of a fault, and its words.
fn said(fault: SignatureFault) -> (&'static str, &'static str) {
    match fault {
        SignatureFault::NoName => ("name", "settings-fault-no-name"),
        SignatureFault::LongName => ("name", "settings-fault-long-name"),
        SignatureFault::SenderName => ("sender_name", "settings-fault-sender-name"),
        SignatureFault::ReplyTo => ("reply_to", "settings-fault-address"),
        SignatureFault::NoText => ("text", "settings-fault-no-text"),
        SignatureFault::LongText => ("text", "settings-fault-long-signature"),
        SignatureFault::LongHtml => ("html", "settings-fault-long-html"),
    }
}

/// The form of a new one.
pub(super) async fn begin<S: Side>(side: S) -> Result<Response, Fault> {
    page(&side, None, TypedSignature::default(), None).await
}

/// Saves a new one.
pub(super) async fn add<S: Side>(side: S, form: PostedFile) -> Result<Response, Fault> {
    let typed = TypedSignature::sent(&form);
    let fault = match typed.made(None) {
        Ok(new) => match side.settings().add_signature(&new).await {
            Ok(_) => return Ok(to_list(&side)),
            Err(SignatureError::Settings(error)) => return Err(error.into()),
            Err(SignatureError::TooMany) => ("name", "settings-signature-many"),
        },
        Err(fault) => fault,
    };
    Ok(Visitor::refused(page(&side, None, typed, Some(fault)).await?))
}

/// Shows one.
pub(super) async fn show<S: Side>(side: S, id: Id) -> Result<Response, Fault> {
    let view = side.settings().signature(id.of("signature")?).await?;
    page(&side, Some(view.id), TypedSignature::of(&view), None).await
}

/// Changes one.
pub(super) async fn change<S: Side>(side: S, id: Id, form: PostedFile) -> Result<Response, Fault> {
    let old = side.settings().signature(id.of("signature")?).await?;
    let typed = TypedSignature::sent(&form);
    match typed.made(Some(&old)) {
        Ok(new) => {
            side.settings().change_signature(old.id, &new).await?;
            Ok(to_list(&side))
        }
        Err(fault) => {
            let typed = typed.beside(&old);
            Ok(Visitor::refused(page(&side, Some(old.id), typed, Some(fault)).await?))
        }
    }
}

fn to_list<S: Side>(side: &S) -> Response {
    Redirect::to(&path_of(side, SettingsPage::Signatures)).into_response()
}

async fn page<S: Side>(
    side: &S,
    id: Option<SignatureId>,
    typed: TypedSignature,
    fault: Option<(&'static str, &str)>,
) -> Result<Response, Fault> {
    let because = because(side, Act::ChangeSignatures).await?;
    let list = path_of(side, SettingsPage::Signatures);
    let content = signature_form(side.signed_in(), list, id, typed, because, fault);
    side.framed(SettingsPage::Signatures, content).await
}

/// The form of a signature in the list under the path `list`, with the field at fault.
pub fn signature_form(
    signed_in: &SignedIn,
    list: String,
    id: Option<SignatureId>,
    typed: TypedSignature,
    because: Option<String>,
    fault: Option<(&'static str, &str)>,
) -> Html {
    let l = signed_in.l();
    Html::of(&View {
        l,
        csrf: signed_in.visitor.csrf(),
        action: id.map_or_else(|| format!("{list}/new"), |id| format!("{list}/{id}")),
        list,
        is_new: id.is_none(),
        because,
        typed,
        faults: fault.into_iter().map(|(field, key)| FieldFault { field, words: l.t(key) }).collect(),
    })
}

#[derive(Template)]
#[template(path = "signature.html")]
struct View {
    l: Locale,
    csrf: String,
    list: String,
    action: String,
    is_new: bool,
    because: Option<String>,
    typed: TypedSignature,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn notice(&self) -> Html {
        notice(self.because.as_deref())
    }

    fn title(&self) -> String {
        if self.is_new { self.l.t("settings-signature-new") } else { self.typed.name.clone() }
    }

    fn fault(&self, id: &str) -> Option<String> {
        ErrorSummary::of_field(&self.faults, id)
    }

    fn line(&self, id: &'static str, key: &str, value: &str, hint: &str, kind: FieldKind) -> Html {
        let hint = (!hint.is_empty()).then(|| self.l.t(hint));
        let (label, value, fault) = (self.l.t(key), value.to_owned(), self.fault(id));
        Field { id, label, value, hint, fault, kind, limit: 254, ..Field::default() }.html()
    }

    fn lines(&self) -> Html {
        Html::join([
            self.line(
                "name",
                "settings-name",
                &self.typed.name,
                "settings-signature-name-hint",
                FieldKind::Text,
            ),
            self.line(
                "sender_name",
                "settings-sender-name",
                &self.typed.sender_name,
                "settings-sender-hint",
                FieldKind::Text,
            ),
            self.line(
                "reply_to",
                "settings-reply-to",
                &self.typed.reply_to,
                "settings-reply-to-hint",
                FieldKind::Email,
            ),
        ])
    }

    fn area(
        &self,
        id: &'static str,
        key: &str,
        value: &str,
        hint: String,
        rows: usize,
        limit: usize,
    ) -> Html {
        let (label, value, fault) = (self.l.t(key), value.to_owned(), self.fault(id));
        Area { id, label, value, hint: Some(hint), fault, rows, limit }.html()
    }

    fn texts(&self) -> Html {
        let fields = SIGNATURE_FIELDS.map(|name| format!("{{{name}}}")).join(" ");
        let hint = self.l.t_with("settings-signature-fields", [("fields", fields.as_str())]);
        let html_hint = self.l.t("settings-html-hint");
        Html::join([
            self.area("text", "settings-text", &self.typed.text, hint, 6, 4_000),
            self.area("html", "settings-html", &self.typed.html, html_hint, 6, 65_536),
        ])
    }

    fn tick(&self, id: &'static str, key: &str, is_ticked: bool) -> Html {
        Tick { id, label: self.l.t(key), is_ticked, ..Tick::default() }.html()
    }

    fn no_picture(&self) -> Html {
        if !self.typed.has_picture {
            return Html::empty();
        }
        self.tick("no_picture", "settings-picture-away", self.typed.takes_picture_away)
    }

    fn uses(&self) -> Html {
        Html::join([
            self.tick("for_new", "settings-for-new-tick", self.typed.is_for_new),
            self.tick("for_replies", "settings-for-replies-tick", self.typed.is_for_replies),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setting::shown;

    #[test]
    fn what_was_typed_stays_beside_what_is_wrong_with_it() {
        for l in shown::locales() {
            let all = [SignatureFault::NoName, SignatureFault::ReplyTo, SignatureFault::LongHtml].map(said);
            for (field, key) in all.into_iter().chain([("picture", "settings-fault-picture")]) {
                let html = Html::of(&View {
                    l,
                    csrf: "token".to_owned(),
                    list: "/x".to_owned(),
                    action: "/x/new".to_owned(),
                    is_new: true,
                    because: None,
                    typed: TypedSignature {
                        html: "</textarea><b>x".to_owned(),
                        has_picture: true,
                        ..TypedSignature::default()
                    },
                    faults: vec![FieldFault { field, words: l.t(key) }],
                });
                shown::check(&html);
                assert!(html.as_str().contains(&format!("id=\"{field}-fault\"")), "{html}");
                assert!(html.as_str().contains("{first_name}") && !html.as_str().contains("<b>x"), "{html}");
            }
        }
    }
}
