use std::net::TcpListener;

fn main() -> std::io::Result<()> {
    // [snippet]
    let listener = TcpListener::bind("0.0.0.0:8080")?;
    // [end]
    println!("bound");
    drop(listener);
    Ok(())
}
