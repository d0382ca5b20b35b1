//! The page: the time of the account, where it may go, and the way there, which it looks at again and again.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use diesel::PgConnection;
use jiff::Timestamp;

use super::{
    PAGE,
    happened::Happened,
    plan::{self, Plan},
};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::{Form, Sent},
    html,
    input::{FieldErrors, FormFields, Parameters},
    jobs::of_account,
    reason::Reason,
    shell::{Place, Shell, Toast, Tone, Visit},
    staff::guard::Editor,
    test_clock::model::{self, Move, State},
    values::{Mode, when::When},
    who::SignedIn,
};

/// The field that errors of a move stand at.
const ON: &str = "on";

#[derive(Template)]
#[template(path = "test_clock_page/show.html", blocks = ["way"])]
struct ShowPage {
    shell: Shell,
    look: Look,
    form: Form,
    /// The move that somebody looks at.
    plan: Option<Plan>,
}

/// Where the clock is.
struct Look {
    now: When,
    /// The last move.
    last: Option<Way>,
    happened: Happened,
    /// The time of the next charge, while the clock stays.
    next_charge: Option<When>,
    /// The first and the last day to which it may go.
    days: (String, String),
}

/// A move, as its page shows it.
struct Way {
    state: State,
    from: When,
    to: When,
    /// How far it has come, in percent.
    percent: i64,
    /// The job that failed and holds it, why, and when it is tried again.
    held: Option<(String, String, When)>,
}

impl Look {
    fn is_moving(&self) -> bool {
        self.last.as_ref().is_some_and(|last| last.state != State::Over)
    }
}

impl ShowPage {
    fn is_moving(&self) -> bool {
        self.look.is_moving()
    }

    /// Returns whether only Stop was pressed and a step has to end.
    fn is_stopping(&self) -> bool {
        self.look.last.as_ref().is_some_and(|last| last.state == State::Stopping)
    }
}

/// Refuses live accounts. Only a test account has a clock of its own; the refusal in the live one leads over to it.
fn refuse_live(who: &SignedIn) -> Result<()> {
    if who.is_testing() { Ok(()) } else { Err(Error::InOtherAccount(Mode::Test)) }
}

fn look(conn: &mut PgConnection, who: &SignedIn) -> Result<(Look, Timestamp)> {
    let clock = model::find(conn, who.account)?;
    let now = who.clock.put_forward(clock.ahead()).now();
    let zone = &who.settings.time_zone;
    let when = |time| When::new(time, zone, now);
    let (last, mut happened) = (clock.last_move(), Happened::default());
    if let Some(last) = &last {
        happened = Happened::read(conn, who, last, now)?;
    }
    let mut held = None;
    if clock.moving().is_some() {
        let step = of_account::failed_step(conn, who.account, clock.ahead())?;
        let first = match step {
            None => of_account::earliest(conn, who.account)?.filter(|first| first.due <= now),
            failed => failed,
        };
        held = first.and_then(|first| {
            let about = first.subject().unwrap_or_default();
            let tried_at = first.tried_at.checked_add(clock.ahead()).unwrap_or(Timestamp::MAX);
            Some((format!("{} of {about}", first.kind.replace('_', " ")), first.error?, when(tried_at)))
        });
    }
    let way = |last: Move| Way {
        state: last.state,
        from: when(last.from),
        to: when(last.to),
        percent: percent(&last, now),
        held,
    };
    let next_charge = if clock.moving().is_none() { plan::next_charge(conn, who, now)? } else { None };
    let day = |time: Timestamp| time.to_zoned(zone.clone()).date();
    let days = (day(now).tomorrow().unwrap_or(day(now)).to_string(), day(model::latest(now, zone)).to_string());
    let look = Look { now: when(now), last: last.map(way), happened, next_charge: next_charge.map(when), days };
    Ok((look, now))
}

/// Returns how much of the way a move has behind it.
fn percent(one: &Move, now: Timestamp) -> i64 {
    let (whole, gone) = (one.to.duration_since(one.from).as_secs().max(1), now.duration_since(one.from).as_secs());
    (gone * 100 / whole).clamp(0, 100)
}

/// Answers `GET /test-clock`; `by` and `on` say where somebody wants to go, and the page then says what will happen.
pub async fn show(Editor(visit): Editor, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    refuse_live(&visit.who)?;
    page(&visit.as_page(), asked.0, None, &db).await
}

/// Draws the page for what was asked, or with the reason why it was not done.
async fn page(
    visit: &Visit,
    asked: FormFields,
    refused: Option<(StatusCode, Reason)>,
    db: &Db,
) -> Result<HttpResponse> {
    let (who, typed) = (visit.who.clone(), asked.clone());
    let read = move |conn: &mut PgConnection| {
        let (look, now) = look(conn, &who)?;
        if look.is_moving() {
            return Ok((look, None));
        }
        let wish = match plan::wished(conn, &who, &typed, now)? {
            Some(Ok(to)) => Some(Ok(Plan::read(conn, &who, now, to)?)),
            Some(Err(reason)) => Some(Err(reason)),
            None => None,
        };
        Ok((look, wish))
    };
    let (look, wish) = db.read(read).await?;
    let (plan, wrong) = match wish {
        Some(Ok(plan)) => (Some(plan), None),
        Some(Err(reason)) => (None, Some((StatusCode::UNPROCESSABLE_ENTITY, reason))),
        None => (None, None),
    };
    let (status, errors) = match refused.or(wrong) {
        Some((status, reason)) => (status, FieldErrors::of(ON, "Time", reason)),
        None => (StatusCode::OK, FieldErrors::default()),
    };
    let shell = visit.shell(Place::TestClock);
    html::with_status(status, ShowPage { shell, look, form: Form::new(asked, errors), plan })
}

/// Answers `GET /test-clock/progress`: the way so far, asked again and again while the clock moves.
pub async fn progress(Editor(visit): Editor, db: web::Data<Db>) -> Result<HttpResponse> {
    refuse_live(&visit.who)?;
    let who = visit.who.clone();
    let (look, _) = db.read(move |conn| look(conn, &who)).await?;
    if !visit.hx.wants_fragment || !look.is_moving() {
        // The frame tells the time too.
        return Ok(visit.go_to(PAGE));
    }
    let page = ShowPage { shell: visit.shell(Place::TestClock), look, form: Form::default(), plan: None };
    html::html(page.as_way())
}

/// Answers `POST /test-clock/moves`.
pub async fn send(Editor(visit): Editor, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    refuse_live(&visit.who)?;
    let to: Option<Timestamp> = sent.typed.filled("to").and_then(|text| text.parse().ok());
    let Some(to) = to else {
        let sentence = "The form does not say where the clock goes. Open it again.";
        return Err(Error::BadRequest(Code::InvalidParameter.says(sentence)));
    };
    let by = visit.who.by();
    match db.write(move |conn| model::send(conn, &by, to)).await {
        Ok(()) => Ok(visit.go_to(PAGE)),
        Err(Error::Conflict(reason)) => {
            page(&visit.as_page(), FormFields::default(), Some((StatusCode::CONFLICT, reason)), &db).await
        }
        Err(err) => Err(err),
    }
}

/// Answers `POST /test-clock/stop`.
pub async fn stop(Editor(visit): Editor, db: web::Data<Db>) -> Result<HttpResponse> {
    refuse_live(&visit.who)?;
    let by = visit.who.by();
    let toast = match db.write(move |conn| model::stop(conn, &by)).await? {
        true => Toast::new("It stops with the step that it is at").toned(Tone::Waiting),
        false => Toast::new("The time of the account is not moving"),
    };
    visit.done(toast, PAGE)
}
