//! A service: it opens its port in `main`, and answers each request with what a task says. Were
//! `main` run again in a worker, the port would be taken and no worker would come up.

use super::{Told, manager, moody};
use moody::Moody;
use polymer_host::{CallOptions, Module, TaskManager};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub(super) fn run(address: &str) -> Told {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await?;
        let manager = manager().build()?;
        let module = moody();
        println!("listening");
        loop {
            let (stream, _) = listener.accept().await?;
            let (manager, module) = (manager.clone(), module.clone());
            tokio::spawn(async move { answer(stream, manager, module).await.unwrap() });
        }
    })
}

/// `GET /MOOD/NUMBER` is answered with the doubled number, or with why there is none.
async fn answer(stream: TcpStream, manager: TaskManager, module: Module) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    stream.read_line(&mut request).await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 2 {
        line.clear();
    }
    let mut parts = request.split(['/', ' ']).skip(2);
    let (mood, number) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let task = Moody::new(mood, number.parse().unwrap_or(0));
    let options = CallOptions::deadline(Duration::from_secs(20));
    let (status, body) = match manager.call(&module, task, options).await {
        Ok(done) if done.is_ok() => ("200 OK", done.task.double.unwrap_or_default().to_string()),
        Ok(done) => ("422 Unprocessable Content", done.verdict.to_string()),
        Err(error) => ("503 Service Unavailable", error.to_string()),
    };
    let answer =
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
