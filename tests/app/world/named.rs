//! The customers, and what else the tests call by name.

use super::*;

/// The customers and the view that the tests call by name, all of the shop's live account but two.
pub struct Named {
    /// Phone, address, metadata and all.
    pub wanjiru: CustomerId,
    /// An accent.
    pub jose: CustomerId,
    /// No Latin letter.
    pub li_ming: CustomerId,
    /// An organization.
    pub acme: CustomerId,
    /// Without a name.
    pub nameless: CustomerId,
    /// Deleted.
    pub gone: CustomerId,
    /// In the shop's test account.
    pub tested: CustomerId,
    /// The rival's.
    pub foreign: CustomerId,
    /// A view that the editor shares with the team.
    pub view: ViewId,
    /// A card in Wanjiru's wallet.
    pub method: MethodId,
    /// A note about Wanjiru.
    pub note: NoteId,
    /// Nobody's yet, recorded as paid, of KES 12.50.
    pub payment: PaymentId,
    /// Of KES 4,900 a month.
    pub price: PriceId,
    /// Of KES 98 for setting up, which is sent.
    pub invoice: InvoiceId,
    pub subscription: SubscriptionId,
    /// Of KES 90 on two days of 2040.
    pub schedule: ScheduleId,
    /// Its first part.
    pub part: PartId,
    /// Of the live account's shop system.
    pub api_key: ApiKeyId,
    /// The event of that card.
    pub event: EventId,
    /// Where the live account's shop is told what happens.
    pub endpoint: EndpointId,
    /// A test event that waits to be sent there.
    pub sent: EventId,
    /// A viewer besides the one of the shop.
    pub member: StaffId,
    /// What stands in the link of an invitation.
    pub token: String,
    /// Another one, which waits.
    pub invitation: InvitationId,
}

impl World {
    /// A world with the customers that have names.
    pub async fn populated() -> (Self, Named) {
        let world = Self::empty().await;
        let named = world.populate();
        (world, named)
    }

    fn populate(&self) -> Named {
        let editor = &self.shop.editor;
        let gone = self.customer("name=Otieno+Gone&email=otieno%40gone.example&address.n1.city=Kisumu");
        self.delete(gone);
        let wanjiru = self.customer(
            "name=Wanjiru+Kamau&email=Wanjiru%40example.com&phone=0712+345+678&company=Duka+Moja&language=sw\
                 &reference=C-17&description=Pays+on+Fridays&metadata.tier=gold&address.n1.kind=billing\
                 &address.n1.line1=14+Riverside+Drive&address.n1.city=Nairobi&address.n1.country=KE",
        );
        let method = self.method(self.shop.live, wanjiru);
        let added = self.with(|conn| history::of_subject(conn, self.shop.live, method.uuid(), None, 1)).unwrap();
        let note = self.note(self.shop.live, wanjiru, "Deliver to the gate;\nthe guard signs.");
        let jose = self.customer("name=Jos%C3%A9+%C3%81lvarez&email=jose%40alvarez.example");
        let li_ming = self.customer("name=%E6%9D%8E%E6%98%8E&email=li.ming%40example.cn");
        let acme = self.customer("kind=organization&name=Acme+Ltd&email=office%40acme.example&phone=%2B1+212+555+2368");
        let nameless = self.customer("email=nobody%40nameless.example");
        let schedule = self.schedule(self.shop.live, nameless);
        let endpoint = self.endpoint(self.shop.live, "https://shop.example.com/hooks", &["price.*"]);
        Named {
            method,
            event: added[0].id,
            note,
            wanjiru,
            jose,
            li_ming,
            acme,
            nameless,
            gone,
            tested: self.customer_in(self.shop.test, editor, "name=Tess+Testa&email=tess%40test.example"),
            foreign: self.customer_in(
                self.rival.live,
                &self.rival.editor,
                "name=Rita+Rival&email=rita%40rival.example",
            ),
            view: self.view("name=Acme&q=acme&sort=name&is_shared=on"),
            payment: self.payment(),
            price: self.price(self.shop.live, "Pro, monthly"),
            invoice: self.invoice(self.shop.live, nameless),
            subscription: self.subscription(self.shop.live, nameless),
            part: self.part(self.shop.live, schedule),
            schedule,
            api_key: self.api_key(self.shop.live, "Web shop").0,
            endpoint,
            sent: self.test_event(self.shop.live, endpoint),
            member: self.member(),
            token: self.token(),
            invitation: {
                self.invited(&self.shop, "link@new.example", &self.token());
                self.invited(&self.shop, "ines@new.example", &format!("another-{}", self.token()))
            },
        }
    }
}
