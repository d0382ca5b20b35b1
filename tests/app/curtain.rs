//! The curtain: who sees customers masked finds no private value on any page, in any answer and by any search, until it is
//! revealed to them.

mod crawl;
mod editing;
mod keys;
mod revealing;
mod searching;

use clientele::{
    ids::{CustomerId, EventId, MethodId, NoteId, PaymentId, ViewId},
    values::curtain::Curtain,
};

use crate::world::{Answer, World, encode};

/// The private values of a shop, in every place that keeps them.
pub struct Private {
    pub values: Vec<String>,
    pub jane: CustomerId,
    pub by_email: CustomerId,
    pub by_phone: CustomerId,
    pub gone: CustomerId,
    pub method: MethodId,
    pub note: NoteId,
    pub payment: PaymentId,
    pub view: ViewId,
    pub event: EventId,
}

/// Says who sees what; nothing is the default.
pub fn decide(world: &World, viewers: Option<&str>, editors: Option<&str>) {
    let word = |word: Option<&str>| word.map_or("NULL".to_owned(), |word| format!("'{word}'"));
    world.sql(&format!(
        "UPDATE merchants SET viewers_see = {}, editors_see = {} WHERE id = '{}'",
        word(viewers),
        word(editors),
        world.shop.merchant.uuid()
    ));
}

impl Private {
    /// Fills a shop; what is private of it are these values, and what is a part of each by which a person is known.
    pub async fn fill(world: &World) -> Self {
        let local = |n: usize| format!("locl{}x", ["ab", "cd", "ef", "gh", "ij", "kl", "mn", "op", "qr", "st"][n]);
        let phone = |n: usize| format!("07{}1{n}5 77{n}", ["31", "32", "33", "34", "35", "36", "37", "38"][n]);
        world.field("text", "memo", "");
        world.field("email", "second", "");
        let jane = world.customer(&format!(
            "name=Jane+Shown&email={}%40mail.example&phone={}&company=Duka+Shown&reference=R-100200\
             &description=Or+write+to+{}%40mail.example+or+call+{}\
             &metadata.contact={}%40mail.example&metadata.line={}\
             &address.n1.kind=billing&address.n1.line1=17+Sikugiza+Street&address.n1.line2=Orofa+Pili&address.n1.city=Mwanzotown\
             &address.n1.region=Kaskaregion&address.n1.postal_code=PC9911&address.n1.country=KE",
            local(0),
            encode(&phone(0)),
            local(1),
            encode(&phone(1)),
            local(2),
            encode(&phone(2)),
        ));
        world.sql(&format!(
            "UPDATE customers SET custom = '{{\"memo\": \"Ask {}@mail.example\", \"second\": \"{}@mail.example\"}}' WHERE id = '{}'",
            local(3),
            local(4),
            jane.uuid()
        ));
        let by_email = world.customer(&format!("email={}%40mail.example", local(5)));
        let by_phone = world.customer(&format!("phone={}", encode(&phone(3))));
        let gone = world.customer(&format!("email={}%40mail.example&address.n1.city=Kalotown", local(6)));
        world.delete(gone);
        let note = world.note(
            world.shop.live,
            jane,
            &format!("Shown word. Mail {}@mail.example, call {} or 554433221.", local(7), phone(4)),
        );
        let method = world.method(world.shop.live, jane);
        let editor = world.editor();
        let edit = format!("/payment_methods/{method}/edit");
        let form = editor.get(edit).await.form_to(&format!("/payment_methods/{method}"));
        let form = form.set("billing.line1", "23 Mtaa Mwingine").set("billing.city", "Mjimwingine");
        editor.submit(&form.set("billing.country", "KE")).await.expect(303);
        let payment = world.paid(jane, 3);
        world.sql(&format!(
            "UPDATE payments SET description = 'Order of {}@mail.example, {}', \
               billing = '{{\"line1\": \"31 Barabara\", \"city\": \"Bilingtown\", \"country\": \"KE\"}}' WHERE id = '{}'",
            local(8),
            phone(5),
            payment.uuid()
        ));
        // What was there before is told too.
        let form = editor.get(format!("/customers/{jane}/edit")).await.form_to(&format!("/customers/{jane}"));
        let form = form.set("email", &format!("{}@other.example", local(9))).set("phone", &phone(6));
        editor.submit(&form).await.expect(303);
        let event = world.events(jane).pop().unwrap().id;
        let edited = format!("/notes/{note}");
        let form = editor.get(format!("{edited}/edit")).await.form_to(&edited);
        editor
            .submit(&form.set("text", "Shown word. Number 665544332 since, was wrong@wrongdomain.example"))
            .await
            .expect(303);
        let asks = format!("name=Asks+{}&q=email%3A{}%40mail.example&is_shared=on", local(1), local(1));
        let view = world.view_of(world.shop.live, &world.shop.owner, &asks);
        let digits = |n: usize| phone(n).replace(' ', "");
        let mut values: Vec<String> = (0..10).map(local).collect();
        for n in 0..7 {
            let national = &digits(n)[1..];
            let pretty = clientele::values::phone::pretty(&format!("+254{national}"));
            values.extend([
                phone(n),
                digits(n),
                national.to_owned(),
                pretty[5..].to_owned(),
                digits(n)[..7].to_owned(),
            ]);
        }
        values.extend(
            [
                "17 Sikugiza",
                "Sikugiza",
                "Orofa Pili",
                "Mwanzotown",
                "Kaskaregion",
                "PC9911",
                "23 Mtaa",
                "Mtaa Mwingine",
                "Mjimwingine",
                "31 Barabara",
                "Barabara",
                "Bilingtown",
                "Kalotown",
                "554433221",
                "665544332",
                "wrong@",
            ]
            .map(str::to_owned),
        );
        assert!(values.len() >= 50, "{}", values.len());
        Self { values, jane, by_email, by_phone, gone, method, note, payment, view, event }
    }

    /// Says which of the values an answer gives away, in any of the ways that a value is written.
    pub fn leaks(&self, answer: &Answer) -> Vec<String> {
        let headers = format!("{:?}", answer.headers);
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let decoded = percent_encoding::percent_decode_str(&body.replace('+', " ")).decode_utf8_lossy().into_owned();
        let cursors = cursors(&decoded);
        let texts = [headers, body, decoded, cursors].map(|text| text.to_lowercase());
        let has = |value: &&String| texts.iter().any(|text| text.contains(&value.to_lowercase()));
        self.values.iter().filter(has).cloned().collect()
    }
}

/// Returns what the places in lists say that an answer links to.
fn cursors(text: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let words =
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).filter(|word| word.len() > 22);
    let decoded = words.filter_map(|word| URL_SAFE_NO_PAD.decode(word).ok());
    decoded.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_curtain_is_open_unless_it_is_drawn() {
    assert_eq!(Curtain::default(), Curtain::Open);
}
