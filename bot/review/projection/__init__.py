"""Makes the conversation log out of Rasa's tracker store, as it grows."""
