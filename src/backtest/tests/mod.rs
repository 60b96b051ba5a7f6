mod closed_forms;
