//! A person's browser: headless Chromium, driven by what is on screen.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use thirtyfour::prelude::*;

use crate::lines::DEADLINE;

/// How often the page is looked at while something is waited for.
const LOOK_EVERY: Duration = Duration::from_millis(30);
/// How often an element may be replaced while it is looked for: a live page does it a few times.
const REPLACEMENTS: usize = 20;
/// Where the pictures of the journey are.
const JOURNEY: &str = "journey";
/// How high a picture of a whole page may be.
const PICTURE_HEIGHT: i64 = 4_000;

/// A browser with a profile of its own, so that two are two people.
pub struct Browser {
    driver: WebDriver,
    _service: Service,
}

/// The driver's process, ended when it is dropped.
struct Service(Child);

/// How often a driver is started: it takes a port that is free in IPv4, and ends when IPv6 has given away the same.
const STARTS: usize = 5;

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a driver, and says on which port; none when its port was taken.
fn start() -> Option<(Service, u16)> {
    let mut command = Command::new("chromedriver");
    command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut service = Service(command.spawn().expect("chromedriver is installed (Debian: chromium-driver)"));
    let mut lines = BufReader::new(service.0.stdout.take()?).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("started successfully on port"))?;
    // What it prints later is read away, so that it never waits for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    let port = line.trim_end_matches('.').rsplit(' ').next()?.parse().ok()?;
    Some((service, port))
}

impl Browser {
    /// Opens a browser in `language` (`en`, `fr`).
    pub async fn open(language: &str) -> Self {
        let (service, port) = (0..STARTS).find_map(|_| start()).expect("chromedriver starts");
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
        ] {
            capabilities.add_arg(argument).unwrap();
        }
        capabilities.add_arg(&format!("--lang={language}")).unwrap();
        capabilities
            .add_experimental_option("prefs", serde_json::json!({ "intl.accept_languages": language }))
            .unwrap();
        let driver =
            WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await.expect("Chromium starts");
        driver.set_window_rect(0, 0, 1280, 900).await.unwrap();
        Self { driver, _service: service }
    }

    /// Closes it.
    pub async fn close(self) {
        let _ = self.driver.quit().await;
    }

    /// The driver itself, for what has no word here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Goes to an address.
    pub async fn go(&self, url: &str) {
        self.driver.goto(url).await.unwrap();
    }

    /// The address that is shown.
    pub async fn url(&self) -> String {
        self.driver.current_url().await.unwrap().to_string()
    }

    /// The shown element that the XPath names; waits for it.
    pub async fn find(&self, what: &str, xpath: &str) -> WebElement {
        let mut replaced = 0;
        loop {
            let found = self
                .driver
                .query(By::XPath(xpath.to_owned()))
                .wait(DEADLINE, LOOK_EVERY)
                .and_displayed()
                .first()
                .await;
            match found {
                Ok(element) => return element,
                // The page put something new in its place while we looked.
                Err(fault) if is_stale(&fault) && replaced < REPLACEMENTS => replaced += 1,
                Err(fault) => {
                    self.screenshot(JOURNEY, "lost").await;
                    let text = self.text().await;
                    panic!("{what} is not on the page {}: {fault}\n{text}", self.url().await)
                }
            }
        }
    }

    /// The button, link or switch with that name; waits for it.
    pub async fn control(&self, name: &str) -> WebElement {
        self.find(&format!("the control {name}"), &control(name)).await
    }

    /// Clicks the control with that name.
    pub async fn click(&self, name: &str) {
        self.press(&format!("the control {name}"), &control(name)).await;
    }

    /// Clicks the element that the XPath names, scrolled into view.
    pub async fn press(&self, what: &str, xpath: &str) {
        let mut replaced = 0;
        loop {
            let element = self.find(what, xpath).await;
            let clicked = match element.scroll_into_view().await {
                Ok(()) => element.click().await,
                Err(fault) => Err(fault),
            };
            match clicked {
                Ok(()) => return,
                Err(fault) if is_stale(&fault) && replaced < REPLACEMENTS => replaced += 1,
                Err(fault) => panic!("{what} cannot be clicked: {fault}"),
            }
        }
    }

    /// The field with that label; waits for it.
    pub async fn field(&self, label: &str) -> WebElement {
        let label = quoted(label);
        let xpath = format!(
            "//*[self::input or self::textarea or self::select][@id=//label[normalize-space()={label} or normalize-space(text())={label}]/@for \
             or @aria-label={label} or ancestor::label[normalize-space()={label}]]"
        );
        self.find(&format!("the field {label}"), &xpath).await
    }

    /// Types into the field with that label, in place of what it held.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Ticks the box or radio button with that label, if it is not ticked.
    pub async fn tick(&self, label: &str) {
        let label = quoted(label);
        let xpath = format!(
            "//input[@type='checkbox' or @type='radio'][@id=//label[contains(normalize-space(),{label})]/@for or ancestor::label[contains(normalize-space(),{label})]]"
        );
        let found = self
            .driver
            .query(By::XPath(xpath))
            .wait(DEADLINE, LOOK_EVERY)
            .first()
            .await
            .expect("the box is there");
        if !found.is_selected().await.unwrap() {
            self.driver.execute("arguments[0].click()", vec![found.to_json().unwrap()]).await.unwrap();
        }
    }

    /// Waits until the page shows `text` somewhere.
    pub async fn see(&self, text: &str) -> WebElement {
        let needle = quoted(text);
        self.find(&format!("the text {needle}"), &format!("//body//*[not(self::script or self::style)][contains(normalize-space(),{needle})][not(./*[contains(normalize-space(),{needle})])]"))
            .await
    }

    /// The visible text of the page.
    pub async fn text(&self) -> String {
        match self.driver.query(By::Tag("body")).first().await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Plugs a security key in that knows its owner, and is touched by itself.
    pub async fn plug_key_in(&self) {
        let tools = self.driver.cdp();
        tools.send_raw("WebAuthn.enable", serde_json::json!({})).await.unwrap();
        let key = serde_json::json!({ "options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserVerified": true, "automaticPresenceSimulation": true,
        } });
        tools.send_raw("WebAuthn.addVirtualAuthenticator", key).await.unwrap();
    }

    /// Keeps pictures of the page as it is now under `target/journey`: light, dark, and on a phone.
    pub async fn picture(&self, name: &str) {
        self.pictures(JOURNEY, name).await;
    }

    /// The same under another folder of `target`. A page that is longer than the window is shown whole.
    pub async fn tour(&self, folder: &str, name: &str) {
        self.pictures(folder, name).await;
    }

    async fn pictures(&self, folder: &str, name: &str) {
        for (kind, scheme, width, height, mobile) in [
            ("light", "light", 1280, 900, false),
            ("dark", "dark", 1280, 900, false),
            ("phone", "light", 390, 844, true),
        ] {
            let tools = self.driver.cdp();
            let media =
                serde_json::json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            tools.send_raw("Emulation.setEmulatedMedia", media).await.unwrap();
            let size = serde_json::json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
            tools.send_raw("Emulation.setDeviceMetricsOverride", size).await.unwrap();
            if folder != JOURNEY {
                let size = serde_json::json!({
                    "width": width, "height": self.height().await.max(height), "deviceScaleFactor": 1,
                    "mobile": mobile,
                });
                tools.send_raw("Emulation.setDeviceMetricsOverride", size).await.unwrap();
            }
            self.screenshot(folder, &format!("{name}-{kind}")).await;
        }
        let tools = self.driver.cdp();
        let media = serde_json::json!({ "features": [] });
        tools.send_raw("Emulation.setEmulatedMedia", media).await.unwrap();
        tools.send_raw("Emulation.clearDeviceMetricsOverride", serde_json::json!({})).await.unwrap();
    }

    /// How high the page is, in pixels: as much of it as a picture has room for.
    async fn height(&self) -> i64 {
        let height = self.driver.execute("return document.documentElement.scrollHeight", vec![]).await;
        height.ok().and_then(|height| height.json().as_i64()).unwrap_or_default().min(PICTURE_HEIGHT)
    }

    async fn screenshot(&self, folder: &str, name: &str) {
        let folder = target(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let _ = self.driver.screenshot(&folder.join(format!("{name}.png"))).await;
    }
}

/// A folder of `target`, beside the folder of the test's own binary.
fn target(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors()
        .find(|folder| folder.ends_with("target"))
        .map_or_else(|| PathBuf::from("target").join(name), |target| target.join(name))
}

/// Whether an element was replaced by the page after it was found.
fn is_stale(fault: &WebDriverError) -> bool {
    fault.to_string().contains("stale element")
}

/// The XPath of the button, link or switch with that name.
fn control(name: &str) -> String {
    let name = quoted(name);
    format!(
        "//*[self::button or self::a or self::summary or @role='button' or @role='tab' or @role='switch' or @role='menuitem']\
         [normalize-space()={name} or @aria-label={name} or @title={name}]\
         | //input[@type='submit' and @value={name}]"
    )
}

/// A text as an XPath literal.
fn quoted(text: &str) -> String {
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    let parts: Vec<_> = text.split('\'').map(|part| format!("'{part}'")).collect();
    format!("concat({})", parts.join(", \"'\", "))
}
