//! The signature below what is written (S12): offered on the sheet, put below when it is sent.

use domain::SignatureId;
use mailbox::desk::DeskError;
use mailbox::{ChosenSignature, Mailbox, SettingsError, SignatureView, Writing};
use message::{Draft, Party};
use ui::{Html, Locale, Pick, Picks};
use web::Fault;

use super::Stopped;
use super::begin::Written;
use super::faults::{Faults, Field};
use super::mail;
use crate::here::Here;

/// The value of the choice of none.
const NOTHING: &str = "none";

impl Written {
    /// Which signature was chosen. What is none of ours is as if nothing was chosen.
    fn chosen_signature(&self) -> ChosenSignature {
        match self.signature.as_str() {
            "" => ChosenSignature::Usual,
            NOTHING => ChosenSignature::Nothing,
            id => id.parse::<SignatureId>().map_or(ChosenSignature::Usual, ChosenSignature::One),
        }
    }

    fn writing(&self) -> Writing {
        match (self.answers, self.forwards) {
            (None, None) => Writing::New,
            (Some(_), _) | (_, Some(_)) => Writing::Reply,
        }
    }
}

/// The signatures that can be chosen; nothing to choose where there is none.
pub(super) async fn offered(here: &Here, written: &Written, faults: &Faults) -> Result<Html, Fault> {
    let all = here.mailbox.address_settings().signatures().await?;
    Ok(picks(here.l(), &all, written, faults))
}

pub(super) fn picks(l: Locale, all: &[SignatureView], written: &Written, faults: &Faults) -> Html {
    if all.is_empty() {
        return Html::empty();
    }
    let pick = |value: &str, label: String| Pick { value: value.to_owned(), label };
    let usual = all.iter().find(|view| view.signature.is_for(written.writing()));
    let usual = match usual {
        Some(view) => l.t_with("settings-signature-usual-is", [("name", view.signature.name())]),
        None => l.t("settings-signature-usual"),
    };
    let mut picks = vec![pick("", usual), pick(NOTHING, l.t("settings-signature-nothing"))];
    picks.extend(all.iter().map(|view| pick(&view.id.to_string(), view.signature.name().to_owned())));
    let (id, label) = (Field::Signature.id(), l.t("settings-choose-signature"));
    Picks { id, label, picks, picked: written.signature.clone(), fault: faults.of(Field::Signature) }.html()
}

/// Puts the signature below a draft that is sent from `from`.
pub(super) async fn sign(
    here: &Here,
    from: &Mailbox,
    written: &Written,
    draft: &mut Draft,
) -> Result<(), Stopped> {
    let chosen = written.chosen_signature();
    let filled = match from.address_settings().filled_signature(chosen, written.writing()).await {
        Ok(Some(filled)) => filled,
        Ok(None) => return Ok(()),
        Err(SettingsError::Desk(DeskError::NotFound)) => {
            let words = here.l().t("settings-fault-signature");
            return Err(Stopped::Faults(Faults::one(Field::Signature, words)));
        }
        Err(error) => return Err(Stopped::Fault(error.into())),
    };
    if !filled.sender_name.is_empty() {
        draft.from.name = filled.sender_name;
    }
    draft.reply_to =
        filled.reply_to.iter().map(|to| Party { name: String::new(), address: to.to_string() }).collect();
    let picture_id = mail::header_id(here, "");
    let (text, rich) = filled.body.below(&draft.text, &picture_id);
    (draft.text, draft.rich) = (text, rich);
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::{Id as _, Language, MessageId};
    use mailbox::{NewSignature, SavedSignature, SignatureOf};

    use super::*;

    fn view(number: u8, is_for_replies: bool) -> SignatureView {
        let name = format!("<S{number}>");
        let new = NewSignature {
            name: &name,
            sender_name: "",
            reply_to: "",
            text: "Anna",
            html: "",
            picture: None,
            is_for_new: false,
            is_for_replies,
        };
        let signature = SavedSignature::new(&new).unwrap();
        let id = SignatureId::from_bytes([number; 16]);
        SignatureView { id, of: SignatureOf::Address, signature, has_picture: false }
    }

    #[test]
    fn the_usual_signature_is_named_and_any_can_be_chosen() {
        let l = Locale::of(Language::Fr);
        let all = [view(1, false), view(2, true)];
        let answer = Written { answers: Some(MessageId::from_bytes([9; 16])), ..Written::default() };
        let html = picks(l, &all, &answer, &Faults::default());
        assert!(html.as_str().contains("S2&#62;)") || html.as_str().contains("S2&gt;)"), "{html}");
        assert_eq!(html.as_str().matches("<option").count(), 4, "{html}");
        assert!(!html.as_str().contains("<S1>") && !html.as_str().contains(">settings-"), "{html}");
        assert!(picks(l, &[], &answer, &Faults::default()).is_empty());
    }

    #[test]
    fn a_choice_is_read_and_nonsense_is_the_usual_one() {
        let chosen =
            |text: &str| Written { signature: text.to_owned(), ..Written::default() }.chosen_signature();
        let id = SignatureId::from_bytes([1; 16]);
        assert_eq!(chosen(""), ChosenSignature::Usual);
        assert_eq!(chosen("none"), ChosenSignature::Nothing);
        assert_eq!(chosen(&id.to_string()), ChosenSignature::One(id));
        assert_eq!(chosen("nonsense"), ChosenSignature::Usual);
    }
}
