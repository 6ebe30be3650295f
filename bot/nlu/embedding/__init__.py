"""Sentence embeddings without torch: weights, WordPiece, ONNX network, encoder. No Rasa in here."""
