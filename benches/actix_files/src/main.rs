//! The files of the folder `$FILES` below `/static`, by actix-files, on `127.0.0.1:$PORT` with one thread.

use std::env;
use std::io;

use actix_files::Files;
use actix_web::App;
use actix_web::HttpServer;
use actix_web::rt::System;

fn main() -> io::Result<()> {
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok());
    let folder = env::var_os("FILES").unwrap_or_else(|| ".".into());
    System::new().block_on(async move {
        let app = move || App::new().service(Files::new("/static", &folder));
        HttpServer::new(app)
            .workers(1)
            .bind(("127.0.0.1", port.unwrap_or(8000)))?
            .run()
            .await
    })
}
