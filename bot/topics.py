"""The topics that `answer.topic` of the chat API is drawn from."""

TOPICS = (
    "welcome", "buddy", "arrival",
    "housing_search", "housing_price", "housing_aid", "housing_guarantor_deposit",
    "course_search", "course_details", "ects_learning_agreement", "timetable_exams_grades", "french_classes",
    "double_degree", "summer_school", "application_deadline", "nomination",
    "visa", "residence_permit", "insurance_health", "cvec",
    "bank", "phone", "transport", "cost_of_living", "scholarship",
    "contact", "documents", "internship", "campus_life", "disability", "emergency", "institution",
    "greeting_smalltalk", "out_of_scope",
)
