"""What all messaging channels share: durable queues, the turn, choices by number, delivery, linking, reminders."""
