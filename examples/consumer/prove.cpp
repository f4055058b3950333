// Makes IFF parameters and lets the two files that go to server and client answer each other, in memory.
#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include <iostream>

int main() {
    try {
        const keygen::SecretBytes password(std::string_view("seekritword"));
        const keygen::Protection protection{password.clone()};
        const keygen::Resources resources;

        const keygen::IdentityKey made = keygen::generate_iff(512, resources);
        const keygen::SecretBytes server_file = made.to_pem(&protection);
        const keygen::SecretBytes client_file = keygen::make_iff_client(made).to_pem(nullptr);

        const auto server = keygen::IdentityKey::from_pem(server_file.text(), keygen::IdentityScheme::iff,
                                                          keygen::IdentityRole::server, &password);
        const auto client = keygen::IdentityKey::from_pem(client_file.text(), keygen::IdentityScheme::iff,
                                                          keygen::IdentityRole::client, nullptr);
        keygen::prove_iff(server, client, resources.random);
        std::cout << "the client accepts the server\n";
    } catch (const keygen::Error& error) {
        std::cerr << "prove: error: " << error.what() << '\n';
        return 1;
    }
}
