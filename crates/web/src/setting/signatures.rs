//! The signatures of an address (S12): which there are, and what they are for.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::SignatureId;
use mailbox::{Act, SignatureOf, SignatureView, Writing};
use ui::{Button, Disabled, EmptyState, Html, Locale};

use super::{SettingsPage, Side, because, notice, path_of, signature};
use crate::{Asks, Fault, Pages, Posted, Who};

/// The pages, for a side and whoever may look there and change something: the list, a new one, one of them.
pub fn pages<S: Side>([look, change]: [Who; 2], [list, new, one]: [&'static str; 3]) -> Pages {
    Pages::new()
        .get(list, look, show::<S>)
        .post(list, change, Asks::Nothing, delete::<S>)
        .get(new, look, signature::begin::<S>)
        .post_files(new, change, signature::FORM_BYTES, signature::add::<S>)
        .get(one, look, signature::show::<S>)
        .post_files(one, change, signature::FORM_BYTES, signature::change::<S>)
}

async fn show<S: Side>(side: S) -> Result<Response, Fault> {
    let signed_in = side.signed_in();
    let view = View {
        l: signed_in.l(),
        csrf: signed_in.visitor.csrf(),
        path: path_of(&side, SettingsPage::Signatures),
        because: because(&side, Act::ChangeSignatures).await?,
        all: side.settings().signatures().await?,
        intro: "settings-signatures-intro",
    };
    side.framed(SettingsPage::Signatures, Html::of(&view)).await
}

/// Deletes one.
async fn delete<S: Side>(side: S, posted: Posted) -> Result<Response, Fault> {
    let id: SignatureId = posted.text("signature").parse().map_err(|_| Fault::NotFound)?;
    side.settings().delete_signature(id).await?;
    Ok(Redirect::to(&path_of(&side, SettingsPage::Signatures)).into_response())
}

/// The list of the models of a mail service, for its page: under `path`.
pub fn model_list(
    l: Locale,
    csrf: String,
    path: String,
    because: Option<String>,
    all: Vec<SignatureView>,
) -> Html {
    Html::of(&View { l, csrf, path, because, all, intro: "settings-models-intro" })
}

#[derive(Template)]
#[template(path = "signatures.html")]
struct View {
    l: Locale,
    csrf: String,
    path: String,
    because: Option<String>,
    all: Vec<SignatureView>,
    intro: &'static str,
}

impl View {
    fn is_models(&self) -> bool {
        self.intro == "settings-models-intro"
    }

    fn title(&self) -> String {
        self.l.t(if self.is_models() { "settings-models" } else { "settings-signatures" })
    }

    fn new_label(&self) -> String {
        self.l.t(if self.is_models() { "settings-model-new" } else { "settings-signature-new" })
    }

    fn notice(&self) -> Html {
        notice(self.because.as_deref())
    }

    fn may_change(&self) -> bool {
        self.because.is_none()
    }

    /// Whether it is changed on these pages.
    fn is_own(&self, view: &SignatureView) -> bool {
        self.is_models() || view.of == SignatureOf::Address
    }

    fn no_new(&self) -> Html {
        let disabled = self.because.as_ref().map(|because| Disabled { because: because.clone() });
        Button { id: "new-signature".to_owned(), label: self.new_label(), disabled, ..Button::default() }
            .html()
    }

    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("settings-signatures-none"), self.l.t("settings-signatures-none-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn uses(&self, view: &SignatureView) -> String {
        let uses = [(Writing::New, "settings-for-new"), (Writing::Reply, "settings-for-replies")];
        let uses = uses.into_iter().filter(|(writing, _)| view.signature.is_for(*writing));
        let said: Vec<String> = uses.map(|(_, key)| self.l.t(key)).collect();
        if said.is_empty() { self.l.t("settings-when-chosen") } else { said.join(", ") }
    }
}

#[cfg(test)]
mod tests {
    use domain::Id as _;
    use mailbox::{NewSignature, SavedSignature};

    use super::*;
    use crate::setting::shown;

    fn view(of: SignatureOf, because: Option<&str>) -> View {
        let new = NewSignature {
            name: "<Office>",
            sender_name: "",
            reply_to: "",
            text: "Anna <b>",
            html: "",
            picture: None,
            is_for_new: true,
            is_for_replies: false,
        };
        let signature = SavedSignature::new(&new).unwrap();
        let one = SignatureView { id: SignatureId::from_bytes([1; 16]), of, signature, has_picture: false };
        View {
            l: Locale::default(),
            csrf: "token".to_owned(),
            path: "/x/signatures".to_owned(),
            because: because.map(str::to_owned),
            all: vec![one],
            intro: "settings-signatures-intro",
        }
    }

    #[test]
    fn a_signature_of_the_address_can_be_changed_and_a_model_is_shown() {
        for l in shown::locales() {
            let own = Html::of(&View { l, ..view(SignatureOf::Address, None) });
            shown::check(&own);
            assert!(
                own.as_str().contains("name=\"signature\"") && !own.as_str().contains("<Office>"),
                "{own}"
            );
            let model = Html::of(&View { l, ..view(SignatureOf::Service, None) });
            shown::check(&model);
            assert!(
                !model.as_str().contains("<form") && !model.as_str().contains("/x/signatures/0101"),
                "{model}"
            );
            let models = View { l, intro: "settings-models-intro", ..view(SignatureOf::Service, None) };
            assert!(Html::of(&models).as_str().contains("<form"));
            let refused = Html::of(&View { l, ..view(SignatureOf::Address, Some("Switched off.")) });
            shown::check(&refused);
            assert!(
                refused.as_str().contains("Switched off.") && !refused.as_str().contains("<form"),
                "{refused}"
            );
        }
    }
}
