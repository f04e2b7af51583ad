//! The page on which one writes.

use askama::Template;
use axum::response::{IntoResponse, Response};
use domain::MailboxId;
use mailbox::AddressView;
use ui::{EmptyState, Html, Locale, Pick, Picks};
use web::Fault;

use super::begin::{Carried, Written};
use super::faults::{Faults, Field};
use super::{mail, signing};
use crate::around::{Around, may_send};
use crate::asked::Asked;
use crate::here::{Here, Panes, View};
use crate::list;
use crate::text::{shown, size};

/// The page with what is written, and what is wrong with it.
pub(super) async fn page(here: &Here, written: &Written, faults: &Faults) -> Result<Response, Fault> {
    let around = Around::load(here).await?;
    let l = here.l();
    let title = title(l, written);
    let carried = mail::described(here, &written.carried).await?;
    let sheet = Sheet {
        l,
        csrf: here.csrf(),
        path: here.path(),
        title: title.clone(),
        summary: faults.summary(l),
        from: from(l, here.mailbox.id(), &around.addresses, written, faults),
        people: people(l, written, faults),
        signature: signing::offered(here, written, faults).await?,
        files_fault: faults.of(Field::Files),
        acts_fault: faults.of(Field::Acts),
        is_begun: !written.to.is_empty(),
        carried: carried.into_iter().map(|(carried, one)| Kept::of(l, carried, &one)).collect(),
        back: back(here, &around, written)?,
        written,
    };
    in_panes(here, &around, written, title, Html::of(&sheet)).await
}

/// The page that says why nothing can be written here.
pub(super) async fn switched_off(here: &Here, reason: String) -> Result<Response, Fault> {
    let around = Around::load(here).await?;
    let title = here.l().t("mail-write");
    let folder = Asked::of(&here.signed_in.visitor).find("folder");
    let state = EmptyState { title: reason, hint: here.l().t("mail-no-sending-hint"), action: None };
    let written = Written { folder, ..Written::default() };
    in_panes(here, &around, &written, title, state.html()).await
}

async fn in_panes(
    here: &Here,
    around: &Around,
    written: &Written,
    title: String,
    reading: Html,
) -> Result<Response, Fault> {
    let folder = around.folder_or_inbox(written.folder)?;
    let asked = Asked::of(&here.signed_in.visitor);
    let list = list::pane(here, around, folder, &asked).await?;
    let panes = Panes { title, view: View::Compose, folder: folder.id, list, reading };
    Ok(here.page(around, panes).into_response())
}

fn title(l: Locale, written: &Written) -> String {
    let key = match (written.draft, written.answers, written.forwards) {
        (Some(_), _, _) => "mail-title-draft",
        (None, Some(_), _) => "mail-title-answer",
        (None, None, Some(_)) => "mail-title-forward",
        (None, None, None) => "mail-title-new",
    };
    l.t(key)
}

fn back(here: &Here, around: &Around, written: &Written) -> Result<String, Fault> {
    Ok(format!("{}/{}", here.path(), around.folder_or_inbox(written.folder)?.id))
}

/// The addresses that one may send from; the open one alone is shown as text.
fn from(l: Locale, open: MailboxId, addresses: &[AddressView], written: &Written, faults: &Faults) -> Html {
    let offered = addresses.iter().filter(|view| view.mailbox == open || may_send(view));
    let picks: Vec<Pick> =
        offered.map(|view| Pick { value: view.mailbox.to_string(), label: named(view) }).collect();
    let picked = written.from.unwrap_or(open).to_string();
    let picked = if picks.iter().any(|pick| pick.value == picked) { picked } else { open.to_string() };
    let fault = faults.of(Field::From);
    Picks { id: Field::From.id(), label: l.t("mail-from"), picks, picked, fault }.html()
}

fn named(view: &AddressView) -> String {
    match view.display_name.trim() {
        "" => view.address.to_string(),
        name => format!("{} <{}>", shown(name), view.address),
    }
}

/// How long a field of recipients is, in characters.
const PEOPLE_CHARACTERS: usize = 20_000;

fn people(l: Locale, written: &Written, faults: &Faults) -> Html {
    let fields = [
        (Field::To, "mail-to", &written.to),
        (Field::Cc, "mail-cc", &written.cc),
        (Field::Bcc, "mail-bcc", &written.bcc),
    ];
    Html::join(fields.map(|(field, key, value)| {
        let field = ui::Field {
            id: field.id(),
            label: l.t(key),
            value: value.clone(),
            fault: faults.of(field),
            limit: PEOPLE_CHARACTERS,
            is_first: field == Field::To && value.is_empty(),
            ..ui::Field::default()
        };
        field.html()
    }))
}

/// An attachment that goes along.
struct Kept {
    value: String,
    name: String,
    size: String,
}

impl Kept {
    fn of(l: Locale, carried: Carried, attachment: &message::Attachment) -> Self {
        Self {
            value: format!("{}.{}", carried.message, carried.part),
            name: attachment.name.clone(),
            size: size(l, attachment.size),
        }
    }
}

#[derive(Template)]
#[template(path = "compose.html")]
struct Sheet<'a> {
    l: Locale,
    csrf: String,
    path: String,
    title: String,
    summary: Html,
    from: Html,
    people: Html,
    signature: Html,
    files_fault: Option<String>,
    acts_fault: Option<String>,
    is_begun: bool,
    carried: Vec<Kept>,
    back: String,
    written: &'a Written,
}

#[cfg(test)]
mod tests {
    use domain::{Id, Language, MessageId, OrganizationId, Permission, Permissions, Rights};

    use super::*;

    fn view(number: u8, permissions: Permissions) -> AddressView {
        AddressView {
            mailbox: MailboxId::from_bytes([number; 16]),
            address: format!("a{number}@example.test").parse().unwrap(),
            display_name: "<Sales>".to_owned(),
            organization: OrganizationId::from_bytes([1; 16]),
            organization_name: String::new(),
            rights: Rights::of(permissions),
            unread: 0,
            is_primary: false,
        }
    }

    fn sheet(language: Language, written: &Written, faults: &Faults) -> String {
        let l = Locale::of(language);
        let sending = Permissions::NONE.with(Permission::Send);
        let addresses = [view(1, sending), view(2, sending), view(3, Permissions::NONE)];
        let sheet = Sheet {
            l,
            csrf: "token".to_owned(),
            path: "/mail/m".to_owned(),
            title: title(l, written),
            summary: faults.summary(l),
            from: from(l, addresses[0].mailbox, &addresses, written, faults),
            people: people(l, written, faults),
            signature: Html::empty(),
            files_fault: faults.of(Field::Files),
            acts_fault: faults.of(Field::Acts),
            is_begun: !written.to.is_empty(),
            carried: vec![Kept {
                value: "x.1".to_owned(),
                name: "<a>.pdf".to_owned(),
                size: "1 KB".to_owned(),
            }],
            back: "/mail/m/f".to_owned(),
            written,
        };
        Html::of(&sheet).as_str().to_owned()
    }

    #[test]
    fn every_field_has_its_label() {
        let html = sheet(Language::En, &Written::default(), &Faults::default());
        for (field, label) in [
            ("from", "From"),
            ("to", "To"),
            ("cc", "Cc"),
            ("bcc", "Bcc"),
            ("subject", "Subject"),
            ("text", "Text"),
            ("files", "Attachments"),
        ] {
            assert!(html.contains(&format!("<label for=\"{field}\">{label}</label>")), "{field} in {html}");
            assert!(html.contains(&format!("name=\"{field}\"")), "{field} in {html}");
        }
        assert!(html.contains(">Send<") && html.contains(">Save the draft<"), "{html}");
        let (token, files) = (html.find("name=\"csrf\"").unwrap(), html.find("name=\"files\"").unwrap());
        assert!(token < files, "the token stands before the files");
    }

    #[test]
    fn only_addresses_that_one_may_send_from_are_offered() {
        let written = Written { from: Some(MailboxId::from_bytes([2; 16])), ..Written::default() };
        let html = sheet(Language::En, &written, &Faults::default());
        assert!(html.contains("a1@example.test") && !html.contains("a3@example.test"), "{html}");
        assert_eq!(html.matches(" selected").count(), 1, "{html}");
        assert!(!html.contains("<Sales>"), "{html}");
    }

    #[test]
    fn what_was_typed_stays_beside_what_is_wrong_with_it() {
        let written = Written {
            to: "ben@@".to_owned(),
            subject: "\"><script>".to_owned(),
            text: "</textarea><script>".to_owned(),
            answers: Some(MessageId::from_bytes([9; 16])),
            ..Written::default()
        };
        let html = sheet(Language::Fr, &written, &Faults::one(Field::To, "Non.".to_owned()));
        assert!(html.contains("id=\"to-fault\">Non.<") && html.contains("value=\"ben@@\""), "{html}");
        assert!(html.contains("href=\"#to\"") && !html.contains("<script"), "{html}");
        assert!(html.contains("name=\"answers\" value=\"09090909-"), "{html}");
        assert!(!html.contains("<a>.pdf"), "{html}");
    }
}
